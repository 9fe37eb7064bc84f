"""LiteLLM, told by OpenInference or by its own OpenTelemetry callback."""

import json
import sys

import litellm
from harness import AGAIN, BASH_SCHEMA, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run

providers()
if sys.argv[1] == "openinference":
    from openinference.instrumentation.litellm import LiteLLMInstrumentor

    LiteLLMInstrumentor().instrument()
else:
    litellm.callbacks = ["otel"]
same = {"api_base": MODEL_URL + "/v1", "api_key": "none", "max_retries": 0, "num_retries": 0}
tools = [{"type": "function", "function": {"name": "bash", "description": "Run a command.", "parameters": BASH_SCHEMA}}]
with run():
    said = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": TASK}]
    first = litellm.completion(model="openai/" + GPT, messages=said, tools=tools, **same)
    message = first.choices[0].message
    call = message.tool_calls[0]
    said += [message.model_dump(), {"role": "tool", "tool_call_id": call.id, "content": bash(**json.loads(call.function.arguments))}]
    litellm.completion(model="openai/" + GPT, messages=said, tools=tools, **same)
    again = [{"role": "user", "content": AGAIN}]
    for _ in litellm.completion(
        model="openai/" + GPT, messages=again, stream=True, stream_options={"include_usage": True}, **same
    ):
        pass
    refused(lambda: litellm.completion(model="openai/" + BOOM, messages=[{"role": "user", "content": TOO_LONG}], **same))
import time

time.sleep(1)
