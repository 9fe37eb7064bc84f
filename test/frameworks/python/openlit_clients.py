"""OpenLIT, which exports by itself, on a client."""

import sys

import clients
import openlit
from harness import run

openlit.init(application_name="openlit", disable_metrics=True, disable_batch=True)
with run():
    getattr(clients, sys.argv[1])()
