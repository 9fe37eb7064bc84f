// The words of a way to run an agent with one's own model: what its reader sets, as shell variables. Does not
// quote anything: whoever writes a command out of them does.
import type { OwnModelWord } from '../../../shared/wire.ts';

export const ownEndpoint: OwnModelWord = { variable: 'YOUR_ENDPOINT' };
export const ownKey: OwnModelWord = { variable: 'YOUR_KEY' };
export const ownModelName: OwnModelWord = { variable: 'YOUR_MODEL' };
export const ownPrompt: OwnModelWord = { variable: 'PROMPT' };

/** What most endpoints speak. */
export const chatCompletions = "OpenAI's chat completions";
