"""What every program here shares: OpenTelemetry's own SDK with its OTLP exporters, set by the environment, and the
tool that the model asks for. Knows no framework."""

import os
import subprocess

from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

MODEL_URL = os.environ["MODEL_URL"]
TASK = "Fix the failing test."
INSTRUCTIONS = "You are a careful coder."
AGAIN = "Say it again, slowly."
TOO_LONG = "Read all of it."
GPT = "gpt-5"
CLAUDE = "claude-sonnet-4-5"
BOOM = "boom-model"


def bash(command: str) -> str:
    """Run a command in a shell.

    Args:
        command: The command.
    """
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout.strip()


BASH_SCHEMA = {
    "type": "object",
    "properties": {"command": {"type": "string", "description": "The command."}},
    "required": ["command"],
}


def providers():
    """A tracer provider and a logger provider, both global."""
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(spans)
    logs = LoggerProvider()
    logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter()))
    set_logger_provider(logs)
    return spans, logs


def run():
    """The span that a harness puts around a run."""
    return trace.get_tracer("harness").start_as_current_span("run")


def refused(call):
    """Calls what must fail."""
    try:
        call()
    except Exception as error:
        print("refused:", type(error).__name__)
    else:
        raise SystemExit("the model did not refuse")
