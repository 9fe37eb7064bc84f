// Reads stacks of JavaScript: the first frame outside of Node and of installed packages. Does not know who printed it.
import { firstMatch } from '../collecting.ts';

const FRAME = /^ *at (?:.* \()?(?:file:\/\/)?((?!node:|native|internal)[^\s()][^()]*?:\d+):\d+\)?(?: \{)?$/;

/** "test/sum.test.js:5" of the first frame of one's own. */
export function firstFrame(lines: readonly string[], from = 0, to = lines.length): string | null {
  for (let at = from; at < Math.min(to, lines.length); ) {
    const frame = firstMatch(lines, FRAME, at, to);
    if (!frame) return null;
    const [place = ''] = frame.groups;
    if (!place.includes('/node_modules/') && !place.startsWith('ext:') && !place.startsWith('node_modules/'))
      return place;
    at = frame.at + 1;
  }
  return null;
}
