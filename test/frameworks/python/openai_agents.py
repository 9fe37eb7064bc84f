"""OpenAI's Agents SDK, told by one of those that instrument it."""

import asyncio
import sys

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool
from harness import AGAIN, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run
from openai import AsyncOpenAI

how = sys.argv[1]
if how == "logfire":
    import logfire

    logfire.configure(send_to_logfire=False, service_name="logfire", console=False)
    logfire.instrument_openai_agents()
else:
    providers()
    if how == "openinference":
        from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
    else:
        from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor
    OpenAIAgentsInstrumentor().instrument()


def model(name):
    client = AsyncOpenAI(base_url=MODEL_URL + "/v1", api_key="none", max_retries=0)
    if sys.argv[2] == "chat":
        return OpenAIChatCompletionsModel(model=name, openai_client=client)
    return OpenAIResponsesModel(model=name, openai_client=client)


coder = Agent(name="coder", instructions=INSTRUCTIONS, model=model(GPT), tools=[function_tool(bash)])


async def streamed():
    result = Runner.run_streamed(Agent(name="plain", model=model(GPT)), AGAIN)
    async for _ in result.stream_events():
        pass


with run():
    Runner.run_sync(coder, TASK)
    asyncio.run(streamed())
    refused(lambda: Runner.run_sync(Agent(name="plain", model=model(BOOM)), TOO_LONG))
if how == "logfire":
    logfire.shutdown()
