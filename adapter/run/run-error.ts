// What may keep a run from beginning, as the command line tells it: one line and an exit code. A failure of
// recording is none of these: it never stops a run.

export type RunErrorCode =
  | 'command_not_found'
  | 'bad_workdir'
  | 'no_container_engine'
  | 'image_unavailable'
  | 'bad_option';

export class RunError extends Error {
  readonly code: RunErrorCode;
  constructor(code: RunErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
