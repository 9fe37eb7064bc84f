// The instrumentations that are captured: what is installed of each at which version, and the program that runs. A
// row is one capture. What a capture leaves out is in `untold.ts`.
interface Common {
  /** The capture's folder. */
  readonly name: string;
  /** As readers know it, for the documents. */
  readonly label: string;
  /** What is installed; the first names the capture's version. */
  readonly packages: readonly string[];
  readonly program: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface PythonFramework extends Common {
  readonly language: 'Python';
}

export interface NodeFramework extends Common {
  readonly language: 'Node';
}

export type Framework = PythonFramework | NodeFramework;

const openai = 'openai==3.57.0';
const anthropic = 'anthropic==2.14.0';
/** The newest that some instrumentations take. */
const openaiBefore3 = 'openai==2.54.0';
/** Without spans of its own. */
const anthropicBefore2 = 'anthropic==1.17.0';
const anthropicBefore1 = 'anthropic==0.125.0';

function python(
  name: string,
  label: string,
  packages: readonly string[],
  program: readonly string[],
  env: Readonly<Record<string, string>> = {},
): PythonFramework {
  return { language: 'Python', name, label, packages, program, env };
}

function node(
  name: string,
  label: string,
  packages: readonly string[],
  program: readonly string[],
): NodeFramework {
  return { language: 'Node', name, label, packages, program };
}

const withContent = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' };
const inSpans = {
  OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai_latest_experimental',
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'span_only',
};
/** OpenTelemetry's SDK and its exporter, which every program in Python sends with. */
const otel = ['opentelemetry-sdk==1.45.2', 'opentelemetry-exporter-otlp-proto-http==1.45.2'];

/** OpenLIT holds the SDK to the releases that instrumentations of that day took. */
const otelBefore = ['opentelemetry-sdk==1.45.1', 'opentelemetry-exporter-otlp-proto-http==1.45.1'];
const nodeOtel = [
  '@opentelemetry/api@1.10.0',
  '@opentelemetry/sdk-node@0.301.0',
  '@opentelemetry/exporter-trace-otlp-proto@0.301.0',
  '@opentelemetry/sdk-trace@3.1.0',
];

export const frameworks: readonly Framework[] = [
  python(
    'openai-v2',
    'OpenTelemetry, OpenAI client (v2), messages as logs',
    [
      'opentelemetry-instrumentation-openai-v2==2.4b0',
      'opentelemetry-util-genai==0.4b0',
      openaiBefore3,
      ...otel,
    ],
    ['openai_v2.py'],
    withContent,
  ),
  python(
    'openinference-openai',
    'OpenInference, OpenAI client',
    ['openinference-instrumentation-openai==0.1.66', openai, ...otel],
    ['openinference_openai.py', 'chat'],
  ),
  python(
    'openinference-openai-responses',
    'OpenInference, OpenAI client, Responses',
    ['openinference-instrumentation-openai==0.1.66', openai, ...otel],
    ['openinference_openai.py', 'responses'],
  ),
  python(
    'openinference-anthropic',
    'OpenInference, and the Anthropic client’s own spans',
    ['openinference-instrumentation-anthropic==3.1.0', anthropic, ...otel],
    ['openinference_anthropic.py'],
  ),
  python(
    'anthropic-own',
    'Anthropic client, its own spans',
    [anthropic, ...otel],
    ['client_alone.py', 'messages'],
  ),
  python(
    'traceloop-openai',
    'Traceloop OpenLLMetry, OpenAI client',
    ['opentelemetry-instrumentation-openai==0.62.4', openai, ...otel],
    ['traceloop_openai.py', 'chat'],
  ),
  python(
    'traceloop-anthropic',
    'Traceloop OpenLLMetry, Anthropic client',
    ['opentelemetry-instrumentation-anthropic==0.62.4', anthropicBefore2, ...otel],
    ['traceloop_anthropic.py'],
  ),
  python(
    'genai-openai',
    'OpenTelemetry GenAI, OpenAI client',
    ['opentelemetry-instrumentation-genai-openai==1.3b0', openai, ...otel],
    ['genai_clients.py', 'chat'],
    inSpans,
  ),
  python(
    'genai-anthropic',
    'OpenTelemetry GenAI, Anthropic client',
    ['opentelemetry-instrumentation-genai-anthropic==1.3b0', anthropicBefore2, ...otel],
    ['genai_clients.py', 'messages'],
    inSpans,
  ),
  python(
    'openlit-openai',
    'OpenLIT, OpenAI client',
    ['openlit==1.45.0', openaiBefore3, ...otelBefore],
    ['openlit_clients.py', 'chat'],
  ),
  python(
    'openlit-anthropic',
    'OpenLIT, Anthropic client',
    ['openlit==1.45.0', anthropicBefore1, ...otelBefore],
    ['openlit_clients.py', 'messages'],
  ),
  python('langfuse', 'Langfuse, OpenAI client', ['langfuse==5.0.4', openai, ...otel], ['langfuse_openai.py']),
  python(
    'logfire-openai',
    'Logfire, OpenAI client',
    ['logfire==5.4.0', openai, ...otel],
    ['logfire_clients.py', 'chat'],
  ),
  python(
    'logfire-openai-responses',
    'Logfire, OpenAI client, Responses',
    ['logfire==5.4.0', openai, ...otel],
    ['logfire_clients.py', 'responses'],
  ),
  python(
    'logfire-anthropic',
    'Logfire, Anthropic client',
    ['logfire==5.4.0', anthropicBefore2, ...otel],
    ['logfire_clients.py', 'messages'],
  ),
  python(
    'pydantic-ai',
    'Pydantic AI',
    ['pydantic-ai-slim[openai]==2.68.0', ...otel],
    ['pydantic_ai_agent.py', 'own'],
  ),
  python(
    'pydantic-ai-logfire',
    'Pydantic AI, by Logfire',
    ['pydantic-ai-slim[openai]==2.68.0', 'logfire==5.4.0', ...otel],
    ['pydantic_ai_agent.py', 'logfire'],
  ),
  python(
    'pydantic-ai-openinference',
    'Pydantic AI, by OpenInference',
    ['openinference-instrumentation-pydantic-ai==0.1.30', 'pydantic-ai-slim[openai]==2.68.0', ...otel],
    ['pydantic_ai_agent.py', 'openinference'],
  ),
  python(
    'openai-agents-openinference',
    'OpenAI Agents SDK, by OpenInference',
    ['openinference-instrumentation-openai-agents==2.6.0', 'openai-agents==0.24.0', ...otel],
    ['openai_agents.py', 'openinference', 'responses'],
  ),
  python(
    'openai-agents-traceloop',
    'OpenAI Agents SDK, by Traceloop',
    ['opentelemetry-instrumentation-openai-agents==0.62.4', 'openai-agents==0.24.0', ...otel],
    ['openai_agents.py', 'traceloop', 'responses'],
  ),
  python(
    'openai-agents-logfire',
    'OpenAI Agents SDK, by Logfire',
    ['logfire==5.4.0', 'openai-agents==0.24.0', ...otel],
    ['openai_agents.py', 'logfire', 'responses'],
  ),
  python(
    'strands',
    'Strands Agents',
    ['strands-agents[openai,otel]==1.62.0', ...otelBefore],
    ['strands_agent.py'],
  ),
  python(
    'strands-latest',
    'Strands Agents, newest conventions',
    ['strands-agents[openai,otel]==1.62.0', ...otelBefore],
    ['strands_agent.py'],
    { OTEL_SEMCONV_STABILITY_OPT_IN: 'gen_ai_latest_experimental' },
  ),
  python(
    'smolagents',
    'smolagents, by OpenInference',
    ['openinference-instrumentation-smolagents==0.1.43', 'smolagents[openai]==1.26.0', ...otel],
    ['smolagents_agent.py'],
  ),
  python(
    'langgraph-openinference',
    'LangGraph, by OpenInference',
    [
      'openinference-instrumentation-langchain==0.1.80',
      'langchain==1.5.0',
      'langgraph==1.2.22',
      'langchain-openai==1.7.4',
      ...otel,
    ],
    ['langchain_agent.py', 'openinference'],
  ),
  python(
    'langgraph-traceloop',
    'LangGraph, by Traceloop',
    [
      'opentelemetry-instrumentation-langchain==0.62.4',
      'langchain==1.5.0',
      'langgraph==1.2.22',
      'langchain-openai==1.7.4',
      ...otel,
    ],
    ['langchain_agent.py', 'traceloop'],
  ),
  python(
    'litellm',
    'LiteLLM, its OpenTelemetry callback',
    ['litellm==1.110.2', ...otel],
    ['litellm_calls.py', 'own'],
    // Else it writes into whatever span is open, each call over the one before.
    {
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      OTEL_EXPORTER: 'otlp_http',
      USE_OTEL_LITELLM_REQUEST_SPAN: 'true',
    },
  ),
  python(
    'litellm-openinference',
    'LiteLLM, by OpenInference',
    ['openinference-instrumentation-litellm==0.1.51', 'litellm==1.110.2', ...otel],
    ['litellm_calls.py', 'openinference'],
    { LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
  ),
  python(
    'agno',
    'Agno, by OpenInference',
    ['openinference-instrumentation-agno==1.0.15', 'agno==3.1.10', openai, ...otel],
    ['agno_agent.py'],
  ),
  node(
    'vercel-ai',
    'Vercel AI SDK 7, by its OpenTelemetry package',
    ['ai@7.0.173', '@ai-sdk/otel@1.0.173', '@ai-sdk/openai@4.0.118', ...nodeOtel],
    ['vercel-ai.mjs', 'integration'],
  ),
  node(
    'vercel-ai-6',
    'Vercel AI SDK 6',
    ['ai@6.0.325', '@ai-sdk/openai@3.0.141', ...nodeOtel],
    ['vercel-ai.mjs', 'own'],
  ),
  node(
    'openinference-openai-node',
    'OpenInference for Node, OpenAI client',
    ['@arizeai/openinference-instrumentation-openai@4.2.7', 'openai@6.40.0', ...nodeOtel],
    ['openai-client.mjs', '@arizeai/openinference-instrumentation-openai'],
  ),
  node(
    'traceloop-openai-node',
    'Traceloop for Node, OpenAI client',
    ['@traceloop/instrumentation-openai@0.27.0', 'openai@6.40.0', ...nodeOtel],
    ['openai-client.mjs', '@traceloop/instrumentation-openai'],
  ),
  node(
    'opentelemetry-openai-node',
    'OpenTelemetry for Node, OpenAI client',
    ['@opentelemetry/instrumentation-openai@0.22.0', 'openai@6.40.0', ...nodeOtel],
    ['openai-client.mjs', '@opentelemetry/instrumentation-openai'],
  ),
];
