"""OpenInference on Anthropic's client."""

from clients import messages
from harness import providers, run
from openinference.instrumentation.anthropic import AnthropicInstrumentor

providers()
AnthropicInstrumentor().instrument()
with run():
    messages()
