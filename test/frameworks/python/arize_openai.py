"""Arize's helper, which sets up OpenTelemetry and OpenInference for its own service."""

import os

from arize.otel import Transport, register
from clients import chat
from openinference.instrumentation.openai import OpenAIInstrumentor

provider = register(
    endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces",
    transport=Transport.HTTP,
    space_id="none",
    api_key="none",
    project_name="arize",
    batch=False,
    set_global_tracer_provider=True,
    verbose=False,
)
OpenAIInstrumentor().instrument(tracer_provider=provider)
with provider.get_tracer("harness").start_as_current_span("run"):
    chat()
