// Crush: how its command line looks and how it is run with one's own model. Nothing is read of what it
// prints: its terminal, its model calls by the proxy and its file changes are recorded. From its own documentation.
import type { AgentAdapter } from './agent.ts';
import { runsProgram } from './reading/command-line.ts';
import { chatCompletions, ownPrompt } from './reading/own-model.ts';
import { standardProxyEnv } from './reading/proxy-env.ts';

export const crush: AgentAdapter = {
  name: 'crush',
  recognises: (command) => runsProgram(command, ['crush']),
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: ['.crush/**'],
  ownModel: {
    environment: [],
    file: {
      path: 'crush.json',
      text: '{"providers":{"own":{"type":"openai-compat","base_url":"$YOUR_ENDPOINT","api_key":"$YOUR_KEY","models":[{"id":"$YOUR_MODEL","name":"$YOUR_MODEL"}]}},"models":{"large":{"provider":"own","model":"$YOUR_MODEL"},"small":{"provider":"own","model":"$YOUR_MODEL"}}}',
    },
    command: ['crush', 'run', ownPrompt],
    speaks: chatCompletions,
  },
};
