// The answer of each operating system to what is asked of it. None of them is asked here.
import { expect, test } from 'vitest';
import {
  browserCommand,
  descriptorPath,
  processFolder,
  shellCommand,
  stateFolder,
} from '../../adapter/platform.ts';

test('a page is opened by what each system has for that', () => {
  const url = 'http://127.0.0.1:4318/cell?a=1&b=2';
  expect(browserCommand(url, 'linux')).toEqual(['xdg-open', url]);
  expect(browserCommand(url, 'darwin')).toEqual(['open', url]);
  expect(browserCommand(url, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler', url]);
});

test('state is kept where each system keeps it, or where the user said', () => {
  expect(stateFolder({}, 'linux', '/home/me')).toBe('/home/me/.local/state/playhead');
  expect(stateFolder({ XDG_STATE_HOME: '/state' }, 'darwin', '/home/me')).toBe('/state/playhead');
  expect(stateFolder({ LOCALAPPDATA: '/appdata' }, 'win32', '/home/me')).toBe('/appdata/playhead');
});

test('a line is run by the system’s shell, and /proc is looked at on Linux alone', () => {
  expect(shellCommand('make', 'linux')).toEqual(['/bin/sh', '-c', 'make']);
  expect(shellCommand('make', 'win32')).toEqual(['cmd.exe', '/d', '/s', '/c', 'make']);
  expect([processFolder('linux'), processFolder('darwin')]).toEqual(['/proc', null]);
  expect([descriptorPath(7, 'linux'), descriptorPath(7, 'win32')]).toEqual(['/proc/self/fd/7', null]);
});
