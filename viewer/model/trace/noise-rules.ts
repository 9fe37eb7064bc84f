// The rules by which a span's name says that it is plumbing: what agents trace by the hundred without
// telling what they did. Rules alone; what is folded by them is model/trace/noise's and the transcript's affair.

export interface NoiseRule {
  /** "database", "files", "processes"… */
  readonly label: string;
  /** On the span's name. */
  readonly pattern: RegExp;
}

/**
 * The rules in order; the first that fits names the noise. The names are those that the agents' own tracing
 * was seen to emit by the dozen: opencode's Effect spans ("sql.execute", "FileSystem.readJson"), codex's
 * functions ("append_items", "fs.get_metadata"), and their siblings.
 */
export const noiseRules: readonly NoiseRule[] = [
  {
    label: 'storage',
    pattern: /^(?:sql|sqlite|db|kv)\.|^(?:append_items|persist_rollout_items|record_conversation_items)$/,
  },
  { label: 'files', pattern: /^(?:fs|FileSystem|file_system)\./ },
  { label: 'processes', pattern: /^(?:AppProcess|ChildProcess|Git)\./ },
  {
    label: 'configuration',
    pattern:
      /^(?:Config|Auth|Env|Plugin|Provider|Credential|Integration|Instruction|Skill|Agent|AISDK|Project\w*|Reference|SystemPrompt|ToolRegistry|Truncate|InstanceStore|mcp\.runtime|MCP|environments|plugins|instructions|skills|agents_md|capability_roots)\.|^(?:auth|get_model_info|\w+_for_config)$/,
  },
  {
    label: 'bookkeeping',
    pattern:
      /^(?:State|MessageV2|Snapshot|Storage|Bus|Session|SessionStatus|SessionSummary|SessionReminders)\.|^SessionProcessor\.\w+ToolCall$|^realtime_conversation\.|^(?:receiving|handle_responses|send_raw_response_items|flush_assistant_text_segments_all|session\.flush_rollout)$/,
  },
];
