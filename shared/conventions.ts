// The attribute and record names that Playhead reads and writes: OpenTelemetry's own where they
// exist, `bench.*` for the rest. This table is the truth; no other file spells one of these names.
// Dialects that Playhead only reads (OpenInference, Vercel AI SDK, …) are tables in shared/dialects/.

/** Resource attributes that say which cell a signal belongs to. */
export const resourceKey = {
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  serviceInstanceId: 'service.instance.id',
  cellId: 'bench.cell.id',
  sweepId: 'bench.sweep.id',
  taskId: 'bench.task.id',
  /** The task's name for people, in any script; ids are ASCII. */
  taskTitle: 'bench.task.title',
  attempt: 'bench.attempt',
  modelBuildId: 'bench.model.build_id',
  agentName: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  /** A JSON object: with agent, version and model it makes the configuration. */
  settings: 'bench.settings',
  requestModel: 'gen_ai.request.model',
  imageName: 'container.image.name',
  imageDigests: 'container.image.repo_digests',
} as const;

/**
 * Span attributes. Those under `bench.span.` describe the recording, not the run: the API lifts
 * them out of `attributes` into fields of their own.
 */
export const spanKey = {
  /** One of `spanKinds`; API field `kind`. */
  kind: 'bench.span.kind',
  /** One of `timingGrades`; API field `timing`. */
  timing: 'bench.span.timing',
  /** The id a foreign source gave this span where it was no OTLP id; API field `sourceId`. */
  sourceId: 'bench.span.source_id',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds from the request to the first chunk of the answer. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  conversationId: 'gen_ai.conversation.id',
  agentName: 'gen_ai.agent.name',
  agentId: 'gen_ai.agent.id',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  /** What the agent said of the call: "completed", "error"… Not the process's exit code. */
  toolStatus: 'bench.tool.status',
  exitCode: 'process.exit.code',
  processId: 'process.pid',
  /** On a cleanup span: how many processes the agent left running. */
  killedProcesses: 'bench.cleanup.killed_processes',
  containerRuntime: 'container.runtime.name',
  commandArgs: 'process.command_args',
  workingDirectory: 'process.working_directory',
  errorType: 'error.type',
  /** sha256 of the canonical request body, hex. */
  requestHash: 'bench.model_call.request_hash',
  /** How many requests with the same body failed before this one. */
  retries: 'bench.model_call.retries',
  httpStatus: 'http.response.status_code',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  /** One of `tellers`: who tells of a model call that an adapter of ours records. */
  toldBy: 'bench.model_call.told_by',
  /** The agent's own id of an answer, or a digest of what it says and where: the same wherever it was copied to. */
  answerId: 'bench.model_call.answer_id',
  /** One of `valueGrades`: how a model call's tokens are known; `measured` where absent. */
  usageGrade: 'bench.model_call.usage_grade',
  /** On a run's span: its usage is a sum over the `session` so far. */
  usageOf: 'bench.usage.of',
  /** Of the tokens written to a cache: those to one that lives for an hour. */
  cacheWriteLongTokens: 'bench.usage.cache_write_1h.input_tokens',
  /** US dollars as the agent or proxy computed them. */
  cost: 'bench.model_call.cost_usd',
  timedOut: 'bench.timed_out',
  /** On an adapter_run span: the limit that it ran under. */
  timeoutSeconds: 'bench.timeout_s',
  /** On a tool call's span: images and documents that it gave back, as a list of GenAI's message parts. */
  toolMedia: 'bench.tool_call.media',
  /** On a verify span: what the verifier printed. */
  verifyOutput: 'bench.verify.output',
} as const;

/** The instrumentation scope of a span that a score sheet's row stands for. */
export const sheetScope = 'playhead-score-sheet';

/** Events inside a span. */
export const spanEvent = {
  /** A piece of a model's answer was complete; `bench.message.text` holds it. */
  message: 'bench.message',
  messageText: 'bench.message.text',
  /** OpenTelemetry's own: an error that was thrown. */
  exception: 'exception',
  exceptionType: 'exception.type',
  exceptionMessage: 'exception.message',
} as const;

/** Names of log records (`event.name`, or the record's eventName) that Playhead gives meaning to. */
export const logEvent = {
  /** body = text; `bench.terminal.stream` = pty | stdout | stderr. */
  terminalOutput: 'bench.terminal.output',
  /** `bench.terminal.cols`, `bench.terminal.rows`. */
  terminalResize: 'bench.terminal.resize',
  /** `file.path`, `bench.file.change`, `bench.file.diff`; trace and span id of the cause. */
  fileChange: 'bench.file.change',
  /** A run is under way: `bench.run.state` = started | alive. Its end is the end of its adapter_run span. */
  run: 'bench.run',
  /** The standard evaluation event: `gen_ai.evaluation.*`. */
  evaluation: 'gen_ai.evaluation.result',
} as const;

export const logKey = {
  eventName: 'event.name',
  /** stdout | stderr. */
  outputStream: 'log.iostream',
  terminalStream: 'bench.terminal.stream',
  terminalCols: 'bench.terminal.cols',
  terminalRows: 'bench.terminal.rows',
  filePath: 'file.path',
  fileChange: 'bench.file.change',
  fileDiff: 'bench.file.diff',
  runState: 'bench.run.state',
  /** `measured`, `arrival`, `derived` or `none`, as on spans. */
  timing: 'bench.log.timing',
  evaluationName: 'gen_ai.evaluation.name',
  evaluationScore: 'gen_ai.evaluation.score.value',
  evaluationLabel: 'gen_ai.evaluation.score.label',
  evaluationExplanation: 'gen_ai.evaluation.explanation',
} as const;
