"""Logfire on a client, sending to an endpoint of one's own."""

import sys

import clients
import logfire

logfire.configure(send_to_logfire=False, service_name="logfire", console=False)
if sys.argv[1] == "messages":
    logfire.instrument_anthropic()
else:
    logfire.instrument_openai()
with logfire.span("run"):
    getattr(clients, sys.argv[1])()
logfire.shutdown()
