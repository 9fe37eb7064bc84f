"""Pydantic AI with its own telemetry, with Logfire's set-up of it, or through OpenInference."""

import sys

from harness import AGAIN, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

how = sys.argv[1]
if how == "logfire":
    import logfire

    logfire.configure(send_to_logfire=False, service_name="logfire", console=False)
    logfire.instrument_pydantic_ai()
else:
    spans, _ = providers()
    if how == "openinference":
        from openinference.instrumentation.pydantic_ai import OpenInferenceSpanProcessor

        spans.add_span_processor(OpenInferenceSpanProcessor())
        # What translates a span has to come before what exports it.
        spans._active_span_processor._span_processors = spans._active_span_processor._span_processors[::-1]
    Agent.instrument_all()

from openai import AsyncOpenAI


def model(name):
    client = AsyncOpenAI(base_url=MODEL_URL + "/v1", api_key="none", max_retries=0)
    return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client))


agent = Agent(model(GPT), system_prompt=INSTRUCTIONS, tools=[bash], name="coder")
plain = Agent(model(GPT), name="plain")


async def streamed():
    async with plain.run_stream(AGAIN) as result:
        async for _ in result.stream_text(delta=True):
            pass


import asyncio

with run():
    agent.run_sync(TASK)
    asyncio.run(streamed())
    refused(lambda: plain.run_sync(TOO_LONG, model=model(BOOM)))
if how == "logfire":
    logfire.shutdown()
