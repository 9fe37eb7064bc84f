//! A run recorded by OpenTelemetry's own SDK for Rust: spans, terminal output, a file change and a score.
//!
//!     OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 cargo run -- nightly/my-agent/gpt-5/polyglot/greeting

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider};
use opentelemetry::trace::{mark_span_as_active, Span, SpanKind, Tracer, TracerProvider};
use opentelemetry::{KeyValue, StringValue, Value};
use opentelemetry_otlp::{LogExporter, SpanExporter};
use opentelemetry_sdk::{logs::SdkLoggerProvider, trace::SdkTracerProvider, Resource};

type Failure = Box<dyn std::error::Error>;

fn event(logger: &impl Logger, name: &'static str, body: &str, attributes: &[(&'static str, AnyValue)]) {
    let mut record = logger.create_log_record();
    record.set_event_name(name);
    record.set_body(AnyValue::from(body.to_string()));
    for (key, value) in attributes {
        record.add_attribute(*key, value.clone());
    }
    logger.emit(record);
}

fn main() -> Result<(), Failure> {
    // The cell is named once, on the resource; without an argument the address that is posted to names it.
    let label = std::env::args().nth(1).map(|id| KeyValue::new("bench.cell.id", id));
    let cell = Resource::builder().with_attributes(label).build();
    let spans = SdkTracerProvider::builder()
        .with_resource(cell.clone())
        .with_batch_exporter(SpanExporter::builder().with_http().build()?)
        .build();
    let logs = SdkLoggerProvider::builder()
        .with_resource(cell)
        .with_batch_exporter(LogExporter::builder().with_http().build()?)
        .build();
    let (tracer, logger) = (spans.tracer("my-harness"), logs.logger("my-harness"));

    let run = tracer
        .span_builder("my-agent:polyglot/greeting")
        .with_attributes([
            KeyValue::new("bench.span.kind", "adapter_run"),
            KeyValue::new("process.exit.code", 0),
        ])
        .start(&tracer);
    {
        let _in_run = mark_span_as_active(run);
        tracer
            .span_builder("chat gpt-5")
            .with_kind(SpanKind::Client)
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "chat"),
                KeyValue::new("gen_ai.response.model", "gpt-5"),
                KeyValue::new("gen_ai.usage.input_tokens", 1200),
                KeyValue::new("gen_ai.usage.cache_read.input_tokens", 1000),
                KeyValue::new("gen_ai.usage.output_tokens", 45),
                KeyValue::new("gen_ai.response.finish_reasons", Value::Array(vec![StringValue::from("tool_calls")].into())),
            ])
            .start(&tracer)
            .end();
        let tool = tracer
            .span_builder("execute_tool bash")
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "execute_tool"),
                KeyValue::new("gen_ai.tool.name", "bash"),
                KeyValue::new("gen_ai.tool.call.arguments", r#"{"command": "echo hello"}"#),
                KeyValue::new("gen_ai.tool.call.result", "hello\n"),
                KeyValue::new("process.exit.code", 0),
            ])
            .start(&tracer);
        // An event belongs to the active span.
        let _in_tool = mark_span_as_active(tool);
        event(&logger, "bench.terminal.output", "hello\n", &[("bench.terminal.stream", "stdout".into())]);
        let diff = "--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+hello\n";
        let change = [
            ("file.path", "hello.txt".into()),
            ("bench.file.change", "added".into()),
            ("bench.file.diff", diff.into()),
        ];
        event(&logger, "bench.file.change", "", &change);
    }
    let verify = tracer
        .span_builder("verify:polyglot/greeting")
        .with_attributes([KeyValue::new("bench.span.kind", "verify")])
        .start(&tracer);
    {
        let _in_verify = mark_span_as_active(verify);
        let score = [
            ("gen_ai.evaluation.name", "pass_rate".into()),
            ("gen_ai.evaluation.score.value", 1.0.into()),
        ];
        event(&logger, "gen_ai.evaluation.result", "", &score);
    }

    spans.shutdown()?;
    logs.shutdown()?;
    Ok(())
}
