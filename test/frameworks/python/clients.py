"""The same small run by each client library: a question that leads to a tool, its result, the answer streamed, and a
call that is refused."""

import json

from harness import AGAIN, BASH_SCHEMA, BOOM, CLAUDE, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, refused


def chat(client=None, usage_in_stream=True):
    from openai import OpenAI

    client = client or OpenAI(base_url=MODEL_URL + "/v1", api_key="none", max_retries=0)
    tools = [{"type": "function", "function": {"name": "bash", "description": "Run a command.", "parameters": BASH_SCHEMA}}]
    messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": TASK}]
    first = client.chat.completions.create(model=GPT, messages=messages, tools=tools)
    message = first.choices[0].message
    call = message.tool_calls[0]
    result = bash(**json.loads(call.function.arguments))
    messages += [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": call.id, "type": "function", "function": {"name": "bash", "arguments": call.function.arguments}}
            ],
        },
        {"role": "tool", "tool_call_id": call.id, "content": result},
    ]
    client.chat.completions.create(model=GPT, messages=messages, tools=tools)
    options = {"stream_options": {"include_usage": True}} if usage_in_stream else {}
    for _ in client.chat.completions.create(model=GPT, messages=[{"role": "user", "content": AGAIN}], stream=True, **options):
        pass
    refused(lambda: client.chat.completions.create(model=BOOM, messages=[{"role": "user", "content": TOO_LONG}]))


def responses(client=None):
    from openai import OpenAI

    client = client or OpenAI(base_url=MODEL_URL + "/v1", api_key="none", max_retries=0)
    tools = [{"type": "function", "name": "bash", "description": "Run a command.", "parameters": BASH_SCHEMA, "strict": False}]
    first = client.responses.create(model=GPT, instructions=INSTRUCTIONS, input=TASK, tools=tools)
    call = first.output[0]
    result = bash(**json.loads(call.arguments))
    again = [
        {"role": "user", "content": TASK},
        {"type": "function_call", "call_id": call.call_id, "name": "bash", "arguments": call.arguments},
        {"type": "function_call_output", "call_id": call.call_id, "output": result},
    ]
    client.responses.create(model=GPT, instructions=INSTRUCTIONS, input=again, tools=tools)
    for _ in client.responses.create(model=GPT, input=AGAIN, stream=True):
        pass
    refused(lambda: client.responses.create(model=BOOM, input=TOO_LONG))


def messages(client=None):
    from anthropic import Anthropic

    client = client or Anthropic(base_url=MODEL_URL, api_key="none", max_retries=0)
    tools = [{"name": "bash", "description": "Run a command.", "input_schema": BASH_SCHEMA}]
    said = [{"role": "user", "content": TASK}]
    same = {"model": CLAUDE, "max_tokens": 100, "system": INSTRUCTIONS, "tools": tools}
    call = client.messages.create(messages=said, **same).content[0]
    result = bash(**call.input)
    said += [
        {"role": "assistant", "content": [{"type": "tool_use", "id": call.id, "name": "bash", "input": call.input}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": result}]},
    ]
    client.messages.create(messages=said, **same)
    again = [{"role": "user", "content": AGAIN}]
    for _ in client.messages.create(model=CLAUDE, max_tokens=100, messages=again, stream=True):
        pass
    refused(
        lambda: client.messages.create(
            model=BOOM, max_tokens=100, messages=[{"role": "user", "content": TOO_LONG}]
        )
    )
