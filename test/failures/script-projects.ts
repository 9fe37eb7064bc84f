// Small projects for the runners of JavaScript, Ruby, PHP, Elixir and the shell: one of four tests fails. Does
// not run anything.
import { debianVersion, type Project } from './project.ts';

const calc = 'module.exports.add = (a, b) => a + b;\n';

const describeTests = (head: string) => `${head}const { add } = require('../calc.js');

describe('calc', () => {
  it('adds', () => {
    expect(add(1, 2)).toBe(4);
  });
  it('knows zero', () => {
    expect(add(0, 0)).toBe(0);
  });
  it('takes negatives', () => {
    expect(add(-1, 1)).toBe(0);
  });
  it('is a function', () => {
    expect(typeof add).toBe('function');
  });
});
`;

const npmVersion = (name: string) => `node -p "require('./node_modules/${name}/package.json').version"`;

const jestFiles = { 'package.json': '{}\n', 'calc.js': calc, 'test/calc.test.js': describeTests('') };
const jest = (form: string, flags: string): Project => ({
  runner: 'jest',
  form,
  files: jestFiles,
  command: `jest --ci ${flags}`,
  version: npmVersion('jest'),
});

const vitestFiles = {
  'package.json': '{"type":"module"}\n',
  'calc.js': 'export const add = (a, b) => a + b;\n',
  'test/calc.test.js': describeTests("import { describe, expect, it } from 'vitest';\n").replace(
    "const { add } = require('../calc.js')",
    "import { add } from '../calc.js'",
  ),
};
const vitest = (form: string, flags: string): Project => ({
  runner: 'vitest',
  form,
  files: vitestFiles,
  command: `vitest run ${flags}`,
  version: npmVersion('vitest'),
});

const assertTests = (head: string) => `${head}const assert = require('node:assert');
const { add } = require('../calc.js');

describe('calc', () => {
  it('adds', () => {
    assert.strictEqual(add(1, 2), 4);
  });
  it('knows zero', () => {
    assert.strictEqual(add(0, 0), 0);
  });
  it('takes negatives', () => {
    assert.strictEqual(add(-1, 1), 0);
  });
  it('is a function', () => {
    assert.strictEqual(typeof add, 'function');
  });
});
`;

const mochaFiles = { 'package.json': '{}\n', 'calc.js': calc, 'test/calc.js': assertTests('') };
const mocha = (form: string, flags: string): Project => ({
  runner: 'mocha',
  form,
  files: mochaFiles,
  command: `mocha ${flags}`,
  version: npmVersion('mocha'),
});

const nodeFiles = {
  'package.json': '{}\n',
  'calc.js': calc,
  'test/calc.test.js': assertTests("const { describe, it } = require('node:test');\n"),
};
const node = (form: string, flags: string): Project => ({
  runner: 'node',
  form,
  files: nodeFiles,
  command: `node --test ${flags}`,
  version: 'node --version',
});

const tapTests = (head: string) => `${head}const { add } = require('../calc.js');

test('adds', (t) => {
  t.equal(add(1, 2), 4, 'one and two');
  t.end();
});
test('knows zero', (t) => {
  t.equal(add(0, 0), 0);
  t.end();
});
test('takes negatives', (t) => {
  t.equal(add(-1, 1), 0);
  t.end();
});
test('is a function', (t) => {
  t.equal(typeof add, 'function');
  t.end();
});
`;

const bunTests = (from: string) =>
  describeTests(`import { describe, expect, it } from '${from}';\n`).replace(
    "const { add } = require('../calc.js')",
    "import { add } from '../calc.js'",
  );

const denoTests = `import { add } from '../calc.js';

function check(a, b) {
  if (a !== b) throw new Error(\`\${a} is not \${b}\`);
}

Deno.test('adds', () => check(add(1, 2), 4));
Deno.test('knows zero', () => check(add(0, 0), 0));
Deno.test('takes negatives', () => check(add(-1, 1), 0));
Deno.test('is a function', () => check(typeof add, 'function'));
`;

const rspecFiles = {
  'spec/calc_spec.rb': `RSpec.describe "calc" do
  it "adds" do
    expect(1 + 2).to eq(4)
  end
  it("knows zero") { expect(0 + 0).to eq(0) }
  it("takes negatives") { expect(-1 + 1).to eq(0) }
  it("is true") { expect(true).to be(true) }
end
`,
};

const phpunitFiles = {
  'tests/CalcTest.php': `<?php
use PHPUnit\\Framework\\TestCase;

final class CalcTest extends TestCase
{
    public function testAdds(): void
    {
        $this->assertSame(4, 1 + 2);
    }
    public function testZero(): void
    {
        $this->assertSame(0, 0);
    }
    public function testNegative(): void
    {
        $this->assertSame(0, -1 + 1);
    }
    public function testTruth(): void
    {
        $this->assertTrue(true);
    }
}
`,
};

const exunitFiles = {
  'calc_test.exs': `ExUnit.start(seed: 0)

defmodule CalcTest do
  use ExUnit.Case

  test "adds" do
    assert 1 + 2 == 4
  end

  test "knows zero" do
    assert 0 + 0 == 0
  end

  test "takes negatives" do
    assert -1 + 1 == 0
  end

  test "is true" do
    assert true
  end
end
`,
};

const batsFiles = {
  'calc.bats': `@test "adds" {
  [ $((1 + 2)) -eq 4 ]
}
@test "knows zero" {
  [ $((0 + 0)) -eq 0 ]
}
@test "takes negatives" {
  [ $((-1 + 1)) -eq 0 ]
}
@test "is true" {
  true
}
`,
};

const proveFiles = {
  't/calc.t': `use strict;
use Test::More tests => 4;
is(1 + 2, 4, 'adds');
is(0 + 0, 0, 'knows zero');
is(-1 + 1, 0, 'takes negatives');
ok(1, 'is true');
`,
};

const minitestFiles = {
  'calc_test.rb': `require "minitest/autorun"

class CalcTest < Minitest::Test
  i_suck_and_my_tests_are_order_dependent!

  def test_adds
    assert_equal 4, 1 + 2
  end

  def test_zero
    assert_equal 0, 0
  end

  def test_negative
    assert_equal 0, -1 + 1
  end

  def test_truth
    assert true
  end
end
`,
};

export const scriptProjects: readonly Project[] = [
  jest('plain', ''),
  jest('verbose', '--verbose'),
  vitest('plain', ''),
  vitest('verbose', '--reporter=verbose'),
  mocha('spec', ''),
  mocha('dot', '--reporter dot'),
  node('spec', '--test-reporter=spec'),
  node('tap', '--test-reporter=tap'),
  {
    runner: 'tap',
    form: 'tape',
    files: {
      'package.json': '{}\n',
      'calc.js': calc,
      'test/calc.js': tapTests("const test = require('tape');\n"),
    },
    command: 'node test/calc.js',
    version: npmVersion('tape'),
  },
  {
    runner: 'tap',
    form: 'test-more',
    files: proveFiles,
    command: 'perl t/calc.t',
    version: "perl -MTest::More -e 'print $Test::More::VERSION'",
  },
  {
    runner: 'tap',
    form: 'prove',
    files: proveFiles,
    command: 'prove t',
    version: 'prove --version',
  },
  {
    runner: 'tap',
    form: 'mocha',
    files: mochaFiles,
    command: 'mocha --reporter tap',
    version: npmVersion('mocha'),
  },
  {
    runner: 'bun',
    form: 'plain',
    files: {
      'package.json': '{}\n',
      'calc.js': 'export const add = (a, b) => a + b;\n',
      'test/calc.test.js': bunTests('bun:test'),
    },
    command: 'bun test',
    version: 'bun --version',
  },
  {
    runner: 'deno',
    form: 'plain',
    files: { 'calc.js': 'export const add = (a, b) => a + b;\n', 'test/calc_test.js': denoTests },
    command: 'deno test --no-config',
    version: 'deno --version',
  },
  {
    runner: 'jasmine',
    form: 'plain',
    files: {
      'package.json': '{}\n',
      'calc.js': calc,
      'spec/calc_spec.js': describeTests(''),
    },
    command: 'jasmine --no-color --random=false "spec/*.js"',
    version: npmVersion('jasmine'),
  },
  {
    runner: 'junit-xml',
    form: 'vitest',
    files: vitestFiles,
    command: 'vitest run --reporter=junit',
    version: npmVersion('vitest'),
  },
  {
    runner: 'junit-xml',
    form: 'jest-junit',
    files: jestFiles,
    command: 'jest --ci --reporters=jest-junit >/dev/null 2>&1; cat junit.xml',
    version: npmVersion('jest-junit'),
  },
  {
    runner: 'junit-xml',
    form: 'node',
    files: nodeFiles,
    command: 'node --test --test-reporter=junit',
    version: 'node --version',
  },
  {
    runner: 'ctrf',
    form: 'jest',
    files: jestFiles,
    command: 'jest --ci --reporters=jest-ctrf-json-reporter >/dev/null 2>&1; cat ctrf/ctrf-report.json',
    version: npmVersion('jest-ctrf-json-reporter'),
  },
  {
    runner: 'rspec',
    form: 'plain',
    files: rspecFiles,
    command: 'rspec',
    version: debianVersion('ruby-rspec-core'),
  },
  {
    runner: 'rspec',
    form: 'documentation',
    files: rspecFiles,
    command: 'rspec --format documentation',
    version: debianVersion('ruby-rspec-core'),
  },
  {
    runner: 'minitest',
    form: 'plain',
    files: minitestFiles,
    command: 'ruby calc_test.rb --seed 1',
    version: debianVersion('ruby-minitest'),
  },
  {
    runner: 'phpunit',
    form: 'plain',
    files: phpunitFiles,
    command: 'phpunit tests',
    version: debianVersion('phpunit'),
  },
  {
    runner: 'phpunit',
    form: 'testdox',
    files: phpunitFiles,
    command: 'phpunit --testdox tests',
    version: debianVersion('phpunit'),
  },
  {
    runner: 'exunit',
    form: 'plain',
    files: exunitFiles,
    command: 'elixir calc_test.exs',
    version: debianVersion('elixir'),
  },
  {
    runner: 'bats',
    form: 'pretty',
    files: batsFiles,
    command: 'bats --pretty calc.bats',
    version: debianVersion('bats'),
  },
  {
    runner: 'bats',
    form: 'tap',
    files: batsFiles,
    command: 'bats --formatter tap calc.bats',
    version: debianVersion('bats'),
  },
  {
    runner: 'traceback',
    form: 'node',
    files: { 'check.js': "function check() {\n  throw new Error('3 is not 4');\n}\ncheck();\n" },
    command: 'node check.js',
    version: 'node --version',
  },
];
