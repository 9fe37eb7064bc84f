// What reads a run for people: its transcript, and the sentence of its outcome with the tests that a verifier named.
// A quarter of the page's code, fetched beside the first cell's data, which is read by it. Does not read by itself.
import { type ReadonlySignal, signal } from '@preact/signals';

export type CellReader = Pick<
  typeof import('../../model/transcript/transcript.ts') &
    typeof import('../../model/cells/outcome-sentence.ts'),
  'buildTranscript' | 'describeOutcome'
>;

const loaded = signal<CellReader | null>(null);
let loading: Promise<void> | null = null;

/** Null until it is here. */
export const cellReader: ReadonlySignal<CellReader | null> = loaded;

/** @throws where it cannot be fetched; the next cell tries again */
export function loadCellReader(): Promise<void> {
  loading ??= fetchReader().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function fetchReader(): Promise<void> {
  const [{ buildTranscript }, { describeOutcome }] = await Promise.all([
    import('../../model/transcript/transcript.ts'),
    import('../../model/cells/outcome-sentence.ts'),
  ]);
  loaded.value = { buildTranscript, describeOutcome };
}
