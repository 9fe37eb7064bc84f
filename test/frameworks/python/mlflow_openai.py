"""MLflow's autologging of OpenAI's client, exported over OTLP in place of its own server."""

import clients
import mlflow

mlflow.openai.autolog()


@mlflow.trace(name="run")
def run():
    clients.bash = mlflow.trace(clients.bash, name="bash", span_type="TOOL")
    clients.chat()


run()
mlflow.flush_trace_async_logging()
