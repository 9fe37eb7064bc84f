// The dialects that Playhead reads, and their names for one thing gathered over all of them. The order is that
// of the answers: where a span says a thing twice, the dialect that comes first is believed. Adding a dialect is
// a file beside this one and a line in this list.
import { anthropicSdk } from './anthropic-sdk.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import type { Dialect, Names } from './dialect.ts';
import { geminiCli } from './gemini-cli.ts';
import { genAi } from './genai.ts';
import { olderGenAi } from './genai-older.ts';
import { laminar } from './laminar.ts';
import { langfuse } from './langfuse.ts';
import { liteLlm } from './litellm.ts';
import { logfire } from './logfire.ts';
import { openInference } from './openinference.ts';
import { openlit } from './openlit.ts';
import { plain } from './plain.ts';
import { pydanticAi } from './pydantic-ai.ts';
import { strands } from './strands.ts';
import { traceloop } from './traceloop.ts';
import { vercelAi } from './vercel-ai.ts';

export const dialects: readonly Dialect[] = [
  genAi,
  vercelAi,
  openInference,
  traceloop,
  laminar,
  langfuse,
  pydanticAi,
  openlit,
  liteLlm,
  strands,
  logfire,
  anthropicSdk,
  claudeCode,
  geminiCli,
  codex,
  olderGenAi,
  plain,
];

/** Every dialect's names for one thing, each once. */
export function namesOf(pick: (dialect: Dialect) => Names | undefined): Names {
  return [...new Set(dialects.flatMap((dialect) => pick(dialect) ?? []))];
}

/** Whether input leaves its cached part out where this scope tells of this provider. */
export function countsCacheApart(scope: string, provider: string | null): boolean {
  if (provider === null) return false;
  return apart.some(
    (rule) => scope.startsWith(rule.scope) && rule.providers.includes(provider.toLowerCase()),
  );
}

const apart = dialects.flatMap(({ inputWithoutCache }) =>
  inputWithoutCache === undefined || inputWithoutCache === true ? [] : inputWithoutCache,
);

/** Metrics of token counts that leave the cached part of the input out. */
const withoutCache: ReadonlySet<string> = new Set(
  dialects
    .filter(({ inputWithoutCache }) => inputWithoutCache === true)
    .flatMap(({ metrics }) => metrics?.split ?? [])
    .map(({ metric }) => metric),
);

/** Whether a counter's input leaves the cached part out. */
export function countsInputWithoutCache(metric: string): boolean {
  return withoutCache.has(metric);
}
