"""OpenTelemetry's own instrumentation of OpenAI's client."""

from clients import chat
from harness import providers, run
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

providers()
OpenAIInstrumentor().instrument()
with run():
    chat()
