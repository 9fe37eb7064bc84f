// Plandex: how its command line looks and how it is run with one's own model. Nothing is read of what it
// prints: its terminal, its model calls by the proxy and its file changes are recorded. From its own documentation.
import type { AgentAdapter } from './agent.ts';
import { runsProgram } from './reading/command-line.ts';
import { chatCompletions, ownKey, ownPrompt } from './reading/own-model.ts';
import { standardProxyEnv } from './reading/proxy-env.ts';

export const plandex: AgentAdapter = {
  name: 'plandex',
  recognises: (command) => runsProgram(command, ['plandex', 'pdx']),
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: ['.plandex/**', '.plandex-v2/**'],
  ownModel: {
    environment: [['OWN_API_KEY', ownKey]],
    file: {
      path: 'plandex-own.json',
      // Roles that a pack leaves out stay with models that the reader may have no ownKey for.
      text: '{"\\$schema":"https://plandex.ai/schemas/models-input.schema.json","providers":[{"name":"own","baseUrl":"$YOUR_ENDPOINT","apiKeyEnvVar":"OWN_API_KEY"}],"models":[{"modelId":"own-model","publisher":"own","description":"own","defaultMaxConvoTokens":50000,"maxTokens":128000,"maxOutputTokens":8192,"reservedOutputTokens":8192,"preferredOutputFormat":"xml","providers":[{"provider":"custom","customProvider":"own","modelName":"$YOUR_MODEL"}]}],"modelPacks":[{"name":"own","description":"own","planner":"own-model","summarizer":"own-model","builder":"own-model","names":"own-model","commitMessages":"own-model","autoContinue":"own-model"}]}',
    },
    before: [
      ['plandex', 'models', 'custom', '--file', 'plandex-own.json', '--save'],
      ['plandex', 'new', '--full'],
      ['plandex', 'set-model', 'own'],
    ],
    command: ['plandex', 'tell', '--apply', '--skip-commit', ownPrompt],
    speaks: `${chatCompletions}, and the Plandex server must be one of your own: its cloud takes no custom provider`,
  },
};
