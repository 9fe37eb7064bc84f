// Every command: its name, what it is for, and its file, which is loaded when it is asked for: the whole house takes
// three times as long to load as the largest of them.
import type { CommandEntry } from '../command.ts';

export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    group: 'Look at runs',
    summary: 'serves recorded example runs from a throw-away database',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'serve',
    group: 'Look at runs',
    summary: 'receives OTLP/HTTP and serves the viewer, both on one address',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'open',
    group: 'Look at runs',
    summary: 'opens a run in the browser',
    load: async () => (await import('./open.ts')).open,
  },
  {
    name: 'export',
    group: 'Look at runs',
    summary: 'writes what is known of a run in one of several formats',
    load: async () => (await import('./export.ts')).exporting,
  },
  {
    name: 'run',
    group: 'Record runs',
    summary: 'runs any coding agent and records it',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'sweep',
    group: 'Record runs',
    summary: 'runs agents × models × tasks × attempts from a file',
    load: async () => (await import('./sweep.ts')).sweep,
  },
  {
    name: 'import',
    group: 'Record runs',
    summary: 'loads recordings that were made elsewhere',
    load: async () => (await import('./import.ts')).importing,
  },
  {
    name: 'watch',
    group: 'Record runs',
    summary: 'imports folders as they grow, so that runs are live',
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'score',
    group: 'Record runs',
    summary: 'puts scores, or the verdict of test reports, to a run',
    load: async () => (await import('./score.ts')).score,
  },
  {
    name: 'check',
    group: 'Judge them',
    summary: 'says whether a sweep holds, or is worse than another one',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'rejudge',
    group: 'Judge them',
    summary: 'judges recorded runs by another verifier',
    load: async () => (await import('./rejudge.ts')).rejudge,
  },
  {
    name: 'verify',
    group: 'Keep them',
    summary: 'checks a database against its own log',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'backup',
    group: 'Keep them',
    summary: 'copies a database, also while a collector writes it',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'prune',
    group: 'Keep them',
    summary: 'deletes old runs for good',
    load: async () => (await import('./prune.ts')).prune,
  },
  {
    name: 'rebuild',
    group: 'Keep them',
    summary: 'builds everything that is derived from the log again',
    load: async () => (await import('./rebuild.ts')).rebuild,
  },
  {
    name: 'doctor',
    group: 'Set up',
    summary: 'says what is missing or wrong, and what arrives',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    group: 'Set up',
    summary: 'prints what a shell needs to complete commands and flags',
    load: async () => (await import('./completion.ts')).completionOf(commands),
  },
];
