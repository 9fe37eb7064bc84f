"""Agno through OpenInference."""

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from harness import AGAIN, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, run
from openinference.instrumentation.agno import AgnoInstrumentor

providers()
AgnoInstrumentor().instrument()


def model(name):
    return OpenAIChat(id=name, base_url=MODEL_URL + "/v1", api_key="none", max_retries=0)


with run():
    Agent(name="coder", model=model(GPT), instructions=INSTRUCTIONS, tools=[bash], telemetry=False).run(TASK)
    for _ in Agent(name="plain", model=model(GPT), telemetry=False).run(AGAIN, stream=True):
        pass
    # It keeps the refusal to itself.
    Agent(name="plain", model=model(BOOM), telemetry=False).run(TOO_LONG)
