// What a field of a wrong type or damaged bytes throw: whoever reads the record around it rejects that record
// alone, and where no record is around it the whole request is refused. Says which field and what it must be, never
// what it was.
import { OtlpError } from '../errors.ts';

export class MalformedField extends OtlpError {
  /** What is wrong without where: one of few, since the tally counts by it. */
  readonly kind: string;

  constructor(message: string, kind = message) {
    // A request may hold two hundred thousand of them, and nobody reads where they were thrown.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(400, message);
    Error.stackTraceLimit = stackTraceLimit;
    this.kind = kind;
  }
}
