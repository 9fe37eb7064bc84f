// What shells are given to complete commands and flags: bash's is tried in bash; of the others that each flag is there.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commands } from '../../bin/commands/registry.ts';
import { completionScript } from '../../bin/completion.ts';
import { said } from './said.ts';

async function completed(...words: string[]): Promise<string[]> {
  const { out } = await said(['completion', 'bash']);
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _playhead; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync('bash', ['--norc', '-c', `${out}\n${ask}`], { encoding: 'utf8' });
  return answer.split('\n').filter((word) => word !== '');
}

test('bash completes commands, flags of a command, and values of a flag', async () => {
  expect(await completed('playhead', 're')).toEqual(['rejudge', 'rebuild']);
  expect(await completed('playhead', 'help', 'exp')).toEqual(['export']);
  expect(await completed('playhead', 'run', '--ti')).toEqual(['--timeout']);
  expect(await completed('playhead', 'export', '--format', 'te')).toEqual(['terminal']);
  expect(await completed('playhead', 'completion', 'z')).toEqual(['zsh']);
  // Then the shell offers files.
  expect(await completed('playhead', 'import', 'some-file')).toEqual([]);
});

test('zsh and fish are told every command and every flag', async () => {
  const zsh = (await said(['completion', 'zsh'])).out;
  const fish = (await said(['completion', 'fish'])).out;
  for (const { name, load } of commands) {
    expect(zsh).toContain(`    ${name}) _arguments `);
    expect(fish).toContain(`complete -c playhead -n __fish_use_subcommand -f -a ${name} `);
    for (const flag of Object.keys((await load()).flags)) {
      expect(zsh).toContain(`--${flag}[`);
      expect(fish).toContain(`-n '__fish_seen_subcommand_from ${name}' -l ${flag}`);
    }
  }
});

test('a text with quotes, brackets and colons reaches zsh as one word, with a backslash where zsh parts its words', () => {
  const flags = { loud: { about: "don't [shout]: it's \\o/" } };
  const script = completionScript('zsh', [{ name: 'say', summary: '', args: [], flags }]);
  const [, words = ''] = /say\) _arguments (.*) ;;/.exec(script) ?? [];
  const [first] = execFileSync('sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' }).split('\n');
  expect(first).toBe("--loud[don't \\[shout\\]\\: it's \\\\o/]");
});
