"""Traceloop's OpenLLMetry on OpenAI's client."""

import sys

import clients
from harness import providers, run
from opentelemetry.instrumentation.openai import OpenAIInstrumentor

providers()
OpenAIInstrumentor().instrument()
with run():
    getattr(clients, sys.argv[1])()
