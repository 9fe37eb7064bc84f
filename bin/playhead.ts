#!/usr/bin/env node
// Where `playhead` begins: turns an older Node away in one line, before anything is loaded that it cannot load. Does
// nothing else.
const MIN_NODE = [22, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
  process.stderr.write(
    `playhead: Node ${MIN_NODE.join('.')} or newer is needed, and this is ${process.versions.node}: https://nodejs.org\n`,
  );
  process.exit(1);
}
const { main } = await import('./program.ts');
await main(process.argv.slice(2));
