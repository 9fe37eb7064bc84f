// The ES module inside @xterm/headless, whose package.json names a file for bundlers that is not there
// (6.0.0: "module": "lib/xterm.mjs"). Types are the package's own.
declare module '@xterm/headless/lib-headless/xterm-headless.mjs' {
  export { Terminal } from '@xterm/headless';
}
