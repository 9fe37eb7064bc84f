// A run recorded by OpenTelemetry's own SDK for Go: spans, terminal output, a file change and a score.
//
//	OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 go run . nightly/my-agent/gpt-5/polyglot/greeting
package main

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	// The cell is named once, on the resource; without an argument the address that is posted to names it.
	var label []attribute.KeyValue
	if len(os.Args) > 1 {
		label = append(label, attribute.String("bench.cell.id", os.Args[1]))
	}
	cell := resource.NewSchemaless(label...)
	spans := sdktrace.NewTracerProvider(
		sdktrace.WithResource(cell), sdktrace.WithBatcher(must(otlptracehttp.New(ctx))))
	logs := sdklog.NewLoggerProvider(
		sdklog.WithResource(cell), sdklog.WithProcessor(sdklog.NewBatchProcessor(must(otlploghttp.New(ctx)))))
	tracer, logger := spans.Tracer("my-harness"), logs.Logger("my-harness")

	// An event belongs to the span of its context.
	event := func(ctx context.Context, name, body string, attributes ...attribute.KeyValue) {
		var record log.Record
		record.SetEventName(name)
		record.SetBody(attribute.StringValue(body))
		record.AddAttributes(attributes...)
		logger.Emit(ctx, record)
	}
	phase := func(ctx context.Context, kind, name string) (context.Context, trace.Span) {
		return tracer.Start(ctx, name, trace.WithAttributes(attribute.String("bench.span.kind", kind)))
	}

	inRun, run := phase(ctx, "adapter_run", "my-agent:polyglot/greeting")
	_, call := tracer.Start(inRun, "chat gpt-5", trace.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.response.model", "gpt-5"),
		attribute.Int("gen_ai.usage.input_tokens", 1200),
		attribute.Int("gen_ai.usage.cache_read.input_tokens", 1000),
		attribute.Int("gen_ai.usage.output_tokens", 45),
		attribute.StringSlice("gen_ai.response.finish_reasons", []string{"tool_calls"})))
	call.End()
	inTool, tool := tracer.Start(inRun, "execute_tool bash", trace.WithAttributes(
		attribute.String("gen_ai.operation.name", "execute_tool"),
		attribute.String("gen_ai.tool.name", "bash"),
		attribute.String("gen_ai.tool.call.arguments", `{"command": "echo hello"}`),
		attribute.String("gen_ai.tool.call.result", "hello\n"),
		attribute.Int("process.exit.code", 0)))
	event(inTool, "bench.terminal.output", "hello\n", attribute.String("bench.terminal.stream", "stdout"))
	event(inTool, "bench.file.change", "",
		attribute.String("file.path", "hello.txt"), attribute.String("bench.file.change", "added"),
		attribute.String("bench.file.diff", "--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+hello\n"))
	tool.End()
	run.SetAttributes(attribute.Int("process.exit.code", 0))
	run.End()
	inVerify, verify := phase(ctx, "verify", "verify:polyglot/greeting")
	event(inVerify, "gen_ai.evaluation.result", "",
		attribute.String("gen_ai.evaluation.name", "pass_rate"), attribute.Float64("gen_ai.evaluation.score.value", 1))
	verify.End()

	if spans.Shutdown(ctx) != nil || logs.Shutdown(ctx) != nil {
		os.Exit(1)
	}
}
