"""Langfuse's SDK: its own OpenAI client, its decorators, its own exporter."""

from clients import bash
import clients
from harness import MODEL_URL
from langfuse import get_client, observe
from langfuse.openai import OpenAI

clients.bash = observe(name="bash", as_type="tool")(bash)


@observe(name="fix", as_type="agent")
def fix():
    clients.chat(OpenAI(base_url=MODEL_URL + "/v1", api_key="none", max_retries=0))


fix()
get_client().flush()
