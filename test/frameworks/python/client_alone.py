"""A client that tells of itself, with no instrumentation beside it."""

import sys

import clients
from harness import providers, run

providers()
with run():
    getattr(clients, sys.argv[1])()
