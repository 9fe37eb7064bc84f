"""OpenTelemetry's newer instrumentations, of OpenAI's and of Anthropic's client."""

import sys

import clients
from harness import providers, run

providers()
if sys.argv[1] == "messages":
    from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor as Instrumentor
else:
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Instrumentor
Instrumentor().instrument()
with run():
    getattr(clients, sys.argv[1])()
