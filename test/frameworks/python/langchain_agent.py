"""LangChain's model and LangGraph's agent, told by one of those that instrument them."""

import sys

from harness import AGAIN, BOOM, GPT, INSTRUCTIONS, MODEL_URL, TASK, TOO_LONG, bash, providers, refused, run
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

providers()
how = sys.argv[1]
if how == "openinference":
    from openinference.instrumentation.langchain import LangChainInstrumentor
elif how == "traceloop":
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor as LangChainInstrumentor
LangChainInstrumentor().instrument()


def model(name):
    return ChatOpenAI(
        model=name, base_url=MODEL_URL + "/v1", api_key="none", max_retries=0, stream_usage=True, use_responses_api=False
    )


with run():
    create_agent(model(GPT), tools=[bash], system_prompt=INSTRUCTIONS).invoke({"messages": [("user", TASK)]})
    for _ in model(GPT).stream([("user", AGAIN)]):
        pass
    refused(lambda: model(BOOM).invoke([("user", TOO_LONG)]))
