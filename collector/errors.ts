// The failures that the collector expects: each has a stable `code` for machines and the HTTP status
// that `app.onError` answers with. Bugs are not among them: those throw as plain errors. Does
// not build a response.

/** An expected failure. `httpStatus` is the answer's status; `cause` keeps what lay below. */
export abstract class ExpectedError extends Error {
  abstract readonly code: string;
  abstract readonly httpStatus: number;
}

const otlpFailures = {
  400: { code: 'otlp_malformed', grpcCode: 3 }, // INVALID_ARGUMENT
  413: { code: 'otlp_too_large', grpcCode: 8 }, // RESOURCE_EXHAUSTED
  415: { code: 'otlp_unsupported', grpcCode: 3 }, // INVALID_ARGUMENT
} as const;

/** A whole OTLP request refused for what its headers or bytes are; nothing of it is stored. */
export class OtlpError extends ExpectedError {
  override readonly name = 'OtlpError';
  readonly code: (typeof otlpFailures)[keyof typeof otlpFailures]['code'];
  readonly httpStatus: keyof typeof otlpFailures;
  /** The `code` of google.rpc.Status. */
  readonly grpcCode: number;

  /** The limit that was passed, where it is one of those that `/metrics` shows. */
  readonly limit: 'requestRecords' | 'requestParts' | 'requestContainers' | undefined;

  constructor(
    httpStatus: keyof typeof otlpFailures,
    message: string,
    { limit, ...options }: ErrorOptions & { readonly limit?: OtlpError['limit'] } = {},
  ) {
    super(message, options);
    this.limit = limit;
    this.httpStatus = httpStatus;
    this.code = otlpFailures[httpStatus].code;
    this.grpcCode = otlpFailures[httpStatus].grpcCode;
  }
}

/** A request of the API refused for what it asks: answered as `{error:{code,message,issues?}}`. */
export class RequestError extends ExpectedError {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly httpStatus: number;
  /** Where in the body what is wrong, for machines. */
  readonly issues: readonly unknown[] | undefined;
  /** Headers the answer must carry, e.g. `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    httpStatus: number,
    code: string,
    message: string,
    extra: { issues?: readonly unknown[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.httpStatus = httpStatus;
    this.code = code;
    this.issues = extra.issues;
    this.headers = extra.headers ?? {};
  }
}

/**
 * The store is locked, full, draining or at its limits: nothing was acknowledged, asking again may help.
 * `fsync` says that the disk refused to keep what was written: the connection must not be used again.
 */
export class UnavailableError extends ExpectedError {
  override readonly name = 'UnavailableError';
  readonly code: 'busy' | 'locked' | 'full' | 'io' | 'fsync' | 'damaged' | 'read_only' | 'stopping';
  /** 503 and never 500 or 507: OTLP clients retry only 429, 502, 503 and 504. */
  readonly httpStatus = 503;

  constructor(code: UnavailableError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a process that cannot start exits with: scripts tell a damaged file from a second collector. */
const startFailures = {
  cannot_open: 1,
  old_sqlite: 1,
  exposed: 2,
  price_file: 2,
  port_taken: 1,
  no_address: 1,
  not_durable: 1,
  not_a_database: 3,
  damaged: 3,
  in_use: 4,
  newer_schema: 5,
} as const;

/** The collector cannot start, or cannot go on: the database is not ours, damaged, in use, too new. */
export class StartError extends ExpectedError {
  override readonly name = 'StartError';
  readonly code: keyof typeof startFailures;
  readonly httpStatus = 503;

  get exitCode(): number {
    return startFailures[this.code];
  }

  constructor(code: StartError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Changes of the projections that the database refused for what they are, not for its own state. */
export class RefusedChanges extends Error {
  override readonly name = 'RefusedChanges';
}
