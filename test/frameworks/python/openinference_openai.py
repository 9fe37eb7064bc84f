"""OpenInference on OpenAI's client: chat completions, then Responses."""

import sys

import clients
from harness import providers, run
from openinference.instrumentation.openai import OpenAIInstrumentor

providers()
OpenAIInstrumentor().instrument()
with run():
    getattr(clients, sys.argv[1])()
