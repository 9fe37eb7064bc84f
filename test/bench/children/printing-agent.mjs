// An agent for the benchmark: prints 10,000 lines with a little work before each, as a test run or a build
// does, and says at the end how long that took it. Takes the work a line, in microseconds, as its argument.
const microseconds = Number(process.argv[2] ?? 300);
const began = process.hrtime.bigint();
for (let line = 0; line < 10_000; line++) {
  const until = process.hrtime.bigint() + BigInt(microseconds) * 1000n;
  while (process.hrtime.bigint() < until);
  process.stdout.write(
    `test suite_${line % 97}::case_${line} ... \u001b[32mok\u001b[0m (${line} of 10000)\n`,
  );
}
process.stdout.write(`took ${Number(process.hrtime.bigint() - began) / 1e6} ms\n`);
