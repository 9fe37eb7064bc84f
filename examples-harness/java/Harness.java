// A run recorded by OpenTelemetry's own SDK for Java: spans, terminal output, a file change and a score.
//
//     mvn dependency:copy-dependencies -DoutputDirectory=lib && javac -cp 'lib/*' Harness.java
//     OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 java -cp 'lib/*:.' Harness nightly/my-agent/gpt-5/polyglot/greeting

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;
import java.util.Map;

public class Harness {
  private final Tracer tracer;
  private final Logger logger;

  Harness(OpenTelemetrySdk sdk) {
    tracer = sdk.getTracer("my-harness");
    logger = sdk.getLogsBridge().get("my-harness");
  }

  public static void main(String[] args) {
    // The cell is named once, on the resource; without an argument the address that is posted to names it.
    Attributes label =
        args.length > 0 ? Attributes.of(stringKey("bench.cell.id"), args[0]) : Attributes.empty();
    // What the environment does not say: the SDK would speak gRPC, and send metrics.
    Map<String, String> unless =
        Map.of("otel.exporter.otlp.protocol", "http/protobuf", "otel.metrics.exporter", "none");
    try (OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> unless)
            .addResourceCustomizer((resource, config) -> resource.merge(Resource.create(label)))
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk()) {
      new Harness(sdk).run();
    }
  }

  private void run() {
    Span run = phase("adapter_run", "my-agent:polyglot/greeting");
    Context inRun = Context.current().with(run);
    tracer
        .spanBuilder("chat gpt-5")
        .setParent(inRun)
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute("gen_ai.operation.name", "chat")
        .setAttribute("gen_ai.response.model", "gpt-5")
        .setAttribute("gen_ai.usage.input_tokens", 1200)
        .setAttribute("gen_ai.usage.cache_read.input_tokens", 1000)
        .setAttribute("gen_ai.usage.output_tokens", 45)
        .setAttribute(stringArrayKey("gen_ai.response.finish_reasons"), List.of("tool_calls"))
        .startSpan()
        .end();
    Span tool =
        tracer
            .spanBuilder("execute_tool bash")
            .setParent(inRun)
            .setAttribute("gen_ai.operation.name", "execute_tool")
            .setAttribute("gen_ai.tool.name", "bash")
            .setAttribute("gen_ai.tool.call.arguments", "{\"command\": \"echo hello\"}")
            .setAttribute("gen_ai.tool.call.result", "hello\n")
            .setAttribute("process.exit.code", 0)
            .startSpan();
    event(tool, "bench.terminal.output", "hello\n", Attributes.of(stringKey("bench.terminal.stream"), "stdout"));
    event(tool, "bench.file.change", "", Attributes.of(
        stringKey("file.path"), "hello.txt",
        stringKey("bench.file.change"), "added",
        stringKey("bench.file.diff"), "--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+hello\n"));
    tool.end();
    run.setAttribute("process.exit.code", 0);
    run.end();
    Span verify = phase("verify", "verify:polyglot/greeting");
    event(verify, "gen_ai.evaluation.result", "", Attributes.of(
        stringKey("gen_ai.evaluation.name"), "pass_rate",
        doubleKey("gen_ai.evaluation.score.value"), 1.0));
    verify.end();
  }

  private Span phase(String kind, String name) {
    return tracer.spanBuilder(name).setNoParent().setAttribute("bench.span.kind", kind).startSpan();
  }

  /** An event belongs to the span of its context. */
  private void event(Span span, String name, String body, Attributes told) {
    logger
        .logRecordBuilder()
        .setContext(Context.current().with(span))
        .setEventName(name)
        .setBody(body)
        .setAllAttributes(told)
        .emit();
  }
}
