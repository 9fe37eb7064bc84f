"""A run recorded by OpenTelemetry's own SDK, with nothing of Playhead's installed.

    pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 python harness.py nightly/my-agent/gpt-5/polyglot/greeting
"""

import subprocess
import sys

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# The cell is named once, on the resource; without an argument the address that is posted to names it.
label = {"bench.cell.id": sys.argv[1]} if len(sys.argv) > 1 else {}
resource = Resource.create({**label, "gen_ai.agent.version": "2.1.0"})
spans, logs = TracerProvider(resource=resource), LoggerProvider(resource=resource)
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
tracer, events = spans.get_tracer("my-harness"), logs.get_logger("my-harness")


def phase(kind, name):
    return tracer.start_as_current_span(name, attributes={"bench.span.kind": kind})


def terminal(text):
    events.emit(event_name="bench.terminal.output", body=text, attributes={"bench.terminal.stream": "stdout"})


def changed(path, change, diff):
    told = {"file.path": path, "bench.file.change": change, "bench.file.diff": diff}
    events.emit(event_name="bench.file.change", attributes=told)


def score(axis, value):
    told = {"gen_ai.evaluation.name": axis, "gen_ai.evaluation.score.value": value}
    events.emit(event_name="gen_ai.evaluation.result", attributes=told)


# The run: what is below a phase stands inside it, and a change belongs to the call that made it.
with phase("task_setup", "prepare:polyglot/greeting"):
    pass
with phase("adapter_run", "my-agent:polyglot/greeting") as run:
    with tracer.start_as_current_span("chat gpt-5") as call:
        call.set_attributes(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.response.model": "gpt-5",
                "gen_ai.usage.input_tokens": 1200,
                "gen_ai.usage.cache_read.input_tokens": 1000,
                "gen_ai.usage.output_tokens": 45,
                "gen_ai.response.finish_reasons": ["tool_calls"],
            }
        )
    with tracer.start_as_current_span("execute_tool bash") as tool:
        child = subprocess.Popen(["bash", "-c", "echo hello"], stdout=subprocess.PIPE, text=True)
        output = []
        for line in child.stdout:
            terminal(line)
            output.append(line)
        changed("hello.txt", "added", "--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1 @@\n+hello\n")
        tool.set_attributes(
            {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": "bash",
                "gen_ai.tool.call.arguments": '{"command": "echo hello"}',
                "gen_ai.tool.call.result": "".join(output),
                "process.exit.code": child.wait(),
            }
        )
    run.set_attribute("process.exit.code", 0)
with phase("verify", "verify:polyglot/greeting") as verify:
    verify.set_attribute("bench.verify.output", "1 passed")
    score("pass_rate", 1)

spans.shutdown()
logs.shutdown()
