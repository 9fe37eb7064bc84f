// Why a file could not be imported. Carries the file's name and is for people to read; bugs are not
// import errors and throw as they are.

export type ImportErrorCode =
  | 'unreadable'
  | 'unknown_format'
  | 'bad_content'
  | 'no_cell'
  | 'under_way'
  | 'not_kept'
  | 'interrupted'
  | 'collector_unreachable'
  | 'collector_refused';

export class ImportError extends Error {
  readonly code: ImportErrorCode;
  readonly file: string;
  constructor(code: ImportErrorCode, file: string, reason: string, cause?: unknown) {
    super(`${file}: ${reason}`, { cause });
    this.code = code;
    this.file = file;
  }
}
