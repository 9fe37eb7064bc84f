// How each agent is pointed at one's own endpoint and model, and started without a terminal: as environment,
// a configuration file, and a command. Everything here was written by hand from the agents' own
// documentation; no word of it comes from a cell. An agent that is not listed has no wiring.

/** A shell variable that the reader sets: put into double quotes, never quoted away. */
export interface Variable {
  readonly variable: 'YOUR_ENDPOINT' | 'YOUR_KEY' | 'YOUR_MODEL' | 'PROMPT' | 'COMMAND';
  /** What stands before it in the same word, e.g. "openai/". */
  readonly prefix?: string;
}
export type Word = string | Variable;

export interface AgentWiring {
  readonly environment: readonly (readonly [name: string, value: Word])[];
  /** A file in the working directory, its text with $YOUR_… to be filled in by the shell; null for none. */
  readonly file: { readonly path: string; readonly text: string } | null;
  /** What must be run once before it, in order. */
  readonly before?: readonly (readonly Word[])[];
  readonly command: readonly Word[];
  /** What the endpoint must speak. */
  readonly speaks: string;
}

const endpoint: Variable = { variable: 'YOUR_ENDPOINT' };
const key: Variable = { variable: 'YOUR_KEY' };
const model: Variable = { variable: 'YOUR_MODEL' };
const prompt: Variable = { variable: 'PROMPT' };
const chat = "OpenAI's chat completions";

const table = new Map<string, AgentWiring>([
  [
    'aider',
    {
      environment: [
        ['OPENAI_API_BASE', endpoint],
        ['OPENAI_API_KEY', key],
      ],
      file: null,
      command: [
        'aider',
        '--model',
        { variable: 'YOUR_MODEL', prefix: 'openai/' },
        '--yes-always',
        '--no-stream',
        '--no-auto-commits',
        '--no-check-update',
        '--message',
        prompt,
      ],
      speaks: chat,
    },
  ],
  [
    'openhands',
    {
      environment: [
        ['LLM_BASE_URL', endpoint],
        ['LLM_API_KEY', key],
        ['LLM_MODEL', { variable: 'YOUR_MODEL', prefix: 'openai/' }],
      ],
      file: null,
      command: ['openhands', '--headless', '--override-with-envs', '-t', prompt],
      speaks: chat,
    },
  ],
  [
    'opencode',
    {
      environment: [],
      file: {
        path: 'opencode.json',
        text: '{"provider":{"own":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"$YOUR_ENDPOINT","apiKey":"$YOUR_KEY"},"models":{"$YOUR_MODEL":{}}}}}',
      },
      command: ['opencode', 'run', '--model', { variable: 'YOUR_MODEL', prefix: 'own/' }, prompt],
      speaks: chat,
    },
  ],
  [
    'pi',
    {
      environment: [['PI_CODING_AGENT_DIR', '.pi-own']],
      file: {
        path: '.pi-own/models.json',
        text: '{"providers":{"own":{"baseUrl":"$YOUR_ENDPOINT","api":"openai-completions","apiKey":"$YOUR_KEY","models":[{"id":"$YOUR_MODEL"}]}}}',
      },
      command: ['pi', '--model', { variable: 'YOUR_MODEL', prefix: 'own/' }, '-p', prompt],
      speaks: chat,
    },
  ],
  [
    'crush',
    {
      environment: [],
      file: {
        path: 'crush.json',
        text: '{"providers":{"own":{"type":"openai-compat","base_url":"$YOUR_ENDPOINT","api_key":"$YOUR_KEY","models":[{"id":"$YOUR_MODEL","name":"$YOUR_MODEL"}]}},"models":{"large":{"provider":"own","model":"$YOUR_MODEL"},"small":{"provider":"own","model":"$YOUR_MODEL"}}}',
      },
      command: ['crush', 'run', prompt],
      speaks: chat,
    },
  ],
  [
    'codex',
    {
      environment: [['CODEX_HOME', '.codex-own']],
      file: {
        path: '.codex-own/config.toml',
        text: 'model = "$YOUR_MODEL"\nmodel_provider = "own"\n[model_providers.own]\nname = "own"\nbase_url = "$YOUR_ENDPOINT"\nenv_key = "YOUR_KEY"\nwire_api = "responses"',
      },
      command: ['codex', 'exec', '--sandbox', 'workspace-write', prompt],
      speaks: "OpenAI's Responses",
    },
  ],
  [
    'goose',
    {
      environment: [
        ['GOOSE_PROVIDER', 'openai'],
        ['OPENAI_HOST', endpoint],
        ['OPENAI_BASE_PATH', 'chat/completions'],
        ['OPENAI_API_KEY', key],
        ['GOOSE_MODEL', model],
      ],
      file: null,
      command: ['goose', 'run', '-t', prompt],
      speaks: chat,
    },
  ],
  [
    'copilot',
    {
      environment: [
        ['COPILOT_PROVIDER_BASE_URL', endpoint],
        ['COPILOT_PROVIDER_API_KEY', key],
        ['COPILOT_MODEL', model],
      ],
      file: null,
      command: ['copilot', '--allow-all-tools', '-p', prompt],
      speaks: chat,
    },
  ],
  [
    'qwen-code',
    {
      environment: [
        ['OPENAI_BASE_URL', endpoint],
        ['OPENAI_API_KEY', key],
        ['OPENAI_MODEL', model],
      ],
      file: null,
      command: ['qwen', '--yolo', '-p', prompt],
      speaks: chat,
    },
  ],
  [
    'gemini',
    {
      environment: [
        ['GOOGLE_GEMINI_BASE_URL', endpoint],
        ['GEMINI_API_KEY', key],
      ],
      file: null,
      command: ['gemini', '--yolo', '-m', model, '-p', prompt],
      speaks: "Gemini's generateContent",
    },
  ],
  [
    'claude-code',
    {
      environment: [
        ['ANTHROPIC_BASE_URL', endpoint],
        ['ANTHROPIC_AUTH_TOKEN', key],
      ],
      file: null,
      command: ['claude', '--model', model, '--permission-mode', 'acceptEdits', '-p', prompt],
      speaks: "Anthropic's Messages",
    },
  ],
  [
    'plandex',
    {
      environment: [['OWN_API_KEY', key]],
      file: {
        path: 'plandex-own.json',
        // Roles that a pack leaves out stay with models that the reader may have no key for.
        text: '{"\\$schema":"https://plandex.ai/schemas/models-input.schema.json","providers":[{"name":"own","baseUrl":"$YOUR_ENDPOINT","apiKeyEnvVar":"OWN_API_KEY"}],"models":[{"modelId":"own-model","publisher":"own","description":"own","defaultMaxConvoTokens":50000,"maxTokens":128000,"maxOutputTokens":8192,"reservedOutputTokens":8192,"preferredOutputFormat":"xml","providers":[{"provider":"custom","customProvider":"own","modelName":"$YOUR_MODEL"}]}],"modelPacks":[{"name":"own","description":"own","planner":"own-model","summarizer":"own-model","builder":"own-model","names":"own-model","commitMessages":"own-model","autoContinue":"own-model"}]}',
      },
      before: [
        ['plandex', 'models', 'custom', '--file', 'plandex-own.json', '--save'],
        ['plandex', 'new', '--full'],
        ['plandex', 'set-model', 'own'],
      ],
      command: ['plandex', 'tell', '--apply', '--skip-commit', prompt],
      speaks: `${chat}, and the Plandex server must be one of your own: its cloud takes no custom provider`,
    },
  ],
]);

/** null for an agent whose wiring is not known. */
export function wiringOf(agent: string): AgentWiring | null {
  return table.get(agent) ?? null;
}

/** The agents with a wiring, in order. */
export const wiredAgents: readonly string[] = [...table.keys()];
