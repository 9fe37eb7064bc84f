// The environment of a program of ours that a test starts: nothing of the test's own but where programs lie and
// what Node compiled of ours before. Does not start it.
export const programEnv = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
} as const;
