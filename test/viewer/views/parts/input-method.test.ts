// Keys that an input method takes reach no handler of the viewer, wherever it listens.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leaveKeysToInputMethods } from '../../../../viewer/views/parts/input-method.ts';

/** A key as the browser sends it to a window; only what is asked of it. */
function press(init: { key: string; isComposing?: boolean; keyCode?: number }): string[] {
  const seen: string[] = [];
  const target = new EventTarget();
  leaveKeysToInputMethods(target as unknown as Window);
  for (const type of ['keydown', 'keyup']) target.addEventListener(type, () => seen.push(type), true);
  for (const type of ['keydown', 'keyup']) target.addEventListener(type, () => seen.push(`${type} below`));
  for (const type of ['keydown', 'keyup'])
    target.dispatchEvent(
      Object.assign(new Event(type, { cancelable: true }), { isComposing: false, keyCode: 0, ...init }),
    );
  return seen;
}

test('a key of an input method is stopped before any other listener', () => {
  for (const key of ['Escape', 'Enter', 'ArrowDown', 'Tab', ' ', 'j', '/', 'Process', 'Unidentified']) {
    expect(press({ key, isComposing: true, keyCode: 229 })).toEqual([]);
    // Chrome while composing; Safari's last key of a composition.
    expect(press({ key, isComposing: true, keyCode: 27 })).toEqual([]);
    expect(press({ key, isComposing: false, keyCode: 229 })).toEqual([]);
  }
});

test('every other key is left alone', () => {
  expect(press({ key: 'Escape', keyCode: 27 })).toEqual(['keydown', 'keydown below', 'keyup', 'keyup below']);
});

test('nothing of the viewer listens for keys on a window or a document but use-keys', () => {
  const files = readdirSync('viewer', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const listening = files.filter((name) =>
    /addEventListener\(\s*['"`]key(?:down|up|press)/.test(readFileSync(`viewer/${name}`, 'utf8')),
  );
  expect(listening.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([
    'views/parts/input-method.ts',
    'views/parts/use-keys.ts',
  ]);
});

test('the stop stands before the first listener of use-keys, and every page loads use-keys', () => {
  const source = readFileSync('viewer/views/parts/use-keys.ts', 'utf8');
  const stopAt = source.indexOf('leaveKeysToInputMethods(window)');
  expect(stopAt).toBeGreaterThan(0);
  expect(stopAt).toBeLessThan(source.indexOf('addEventListener('));
  expect(readFileSync('viewer/main.tsx', 'utf8')).toContain("import './views/parts/use-keys.ts';");
});
