"""Strands Agents with its own telemetry; which conventions it writes is set by the environment."""

from harness import AGAIN, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run
from strands import Agent, tool
from strands.models.openai import OpenAIModel

providers()


def model(name):
    return OpenAIModel(
        client_args={"base_url": MODEL_URL + "/v1", "api_key": "none", "max_retries": 0}, model_id=name
    )


with run():
    Agent(model=model(GPT), system_prompt=INSTRUCTIONS, tools=[tool(bash)], callback_handler=None)(TASK)
    Agent(model=model(GPT), callback_handler=None)(AGAIN)
    refused(lambda: Agent(model=model(BOOM), callback_handler=None)(TOO_LONG))
