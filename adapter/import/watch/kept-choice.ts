// What somebody chose to keep of runs, and for what that choice can be held: an agent's own files are read step by step, so
// that a word can be left out; of what is sent as it stands nothing can. What the choice cannot be held for is not sent.
import type { ImportOptions } from '../format.ts';
import { ImportError } from '../import-error.ts';

type KeptChoice = Pick<ImportOptions, 'redactor' | 'withoutTexts'>;

/** Whether less than all is kept. */
export function isChosen({ redactor, withoutTexts }: KeptChoice): boolean {
  return redactor !== undefined || withoutTexts === true;
}

/**
 * @param file that is about to be sent
 * @param holds what can be taken out of it: secrets alone, or nothing
 * @throws ImportError where more is to be taken out
 */
export function checkKept(file: string, choice: KeptChoice, holds: 'secrets' | 'nothing'): void {
  if (holds === 'nothing' ? !isChosen(choice) : choice.withoutTexts !== true) return;
  const left = choice.withoutTexts === true ? 'its words' : 'secrets';
  throw new ImportError(
    'not_kept',
    file,
    `is not sent: ${left} cannot be taken out of such a file, as was asked`,
  );
}
