"""smolagents through OpenInference."""

from harness import BOOM, GPT, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import OpenAIServerModel, ToolCallingAgent, tool

providers()
SmolagentsInstrumentor().instrument()


def model(name):
    return OpenAIServerModel(
        model_id=name, api_base=MODEL_URL + "/v1", api_key="none", client_kwargs={"max_retries": 0}
    )


with run():
    ToolCallingAgent(tools=[tool(bash)], model=model(GPT), max_steps=4).run(TASK)
    refused(lambda: model(BOOM).generate([{"role": "user", "content": [{"type": "text", "text": TOO_LONG}]}]))
