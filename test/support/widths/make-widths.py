"""Writes the terminal's width tables and the fixture that judges them, from PyPI's wcwidth.

    python3 -m venv /tmp/widths && /tmp/widths/bin/pip install wcwidth==0.9.4
    /tmp/widths/bin/python test/support/widths/make-widths.py
    npx biome check --write viewer/model/terminal/width-tables.ts test/fixtures/widths.json

The tables hold ranges as differences in base 16: from the end of the one before, and its length less one.
"""
import json
import unicodedata
from pathlib import Path

import wcwidth

ROOT = Path(__file__).resolve().parents[3]
VERSION = wcwidth.list_versions()[-1]
LAST = 0x3FFFF


def ranges(points):
    found = []
    for point in sorted(points):
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def packed(points):
    words, at = [], 0
    for first, last in ranges(points):
        words += [f'{first - at:x}', f'{last - first:x}']
        at = last
    return ' '.join(words)


every = [p for p in range(0x20, LAST + 1) if not 0xD800 <= p <= 0xDFFF]
wide = [p for p in every if wcwidth.wcwidth(chr(p)) == 2]
zero = [p for p in every if p >= 0x300 and wcwidth.wcwidth(chr(p)) == 0]
spacing = [p for p in zero if wcwidth.wcswidth('\u0915' + chr(p)) == 2]
widened = [p for p in every if wcwidth.wcwidth(chr(p)) == 1 and wcwidth.wcswidth(chr(p) + '\ufe0f') == 2]

(ROOT / 'viewer/model/terminal/width-tables.ts').write_text(f"""\
// Which characters a terminal gives two columns, none, or two once a variation selector asks for an emoji.
// Written by test/support/widths/make-widths.py from wcwidth {wcwidth.__version__}. Holds data alone.
// Ranges as differences in base 16: from the end of the one before, and its length less one.

export const wideRanges =
  '{packed(wide)}';

export const zeroRanges =
  '{packed(zero)}';

/** Marks that join the letter before them and take a column. */
export const spacingRanges =
  '{packed(spacing)}';

export const widenedRanges =
  '{packed(widened)}';
""")

emoji = '😀 🤖 ✅ ⚡ 🚀 🧪 🦀 🐍 🔥 ⌚ ⏰ ☕ ♈ ⚓ ⛔ ⭐ 🀄 🃏 🆎 🈁 🫠 🫡 🪩 🫧 🛝 🩷 🫨 🫎 🪿 🪭 🪮 🫚 🛜 🪇'.split()
emoji16 = ['\U0001FAE9', '\U0001FAC6', '\U0001FABE', '\U0001FADC', '\U0001FA89', '\U0001FA8F', '\U0001FADF']
text_emoji = [chr(p) for p in (0x2764, 0x263A, 0x2600, 0x2601, 0x260E, 0x2611, 0x2620, 0x2639, 0x2660, 0x267B,
              0x2692, 0x2694, 0x2696, 0x26A0, 0x2702, 0x2708, 0x2709, 0x270F, 0x2714, 0x2716, 0x2733, 0x27A1,
              0x2B05, 0x3030, 0x303D, 0xA9, 0xAE, 0x203C, 0x2122, 0x2139, 0x2194, 0x21A9, 0x2328, 0x23CF,
              0x1F321, 0x1F336, 0x1F573, 0x1F5A5, 0x1F6E0, 0x1F170)]
modified = [chr(p) + chr(t) for p in (0x1F44D, 0x1F44B, 0x1F9D1, 0x1F468, 0x1F64F, 0x270B)
            for t in range(0x1F3FB, 0x1F400)]
joined = ['👨‍👩‍👧‍👦', '👩‍👩‍👦', '👨‍👦', '🧑‍🚀', '👩‍💻', '👨🏿‍🚒', '🧑🏽‍🔬', '🏳️‍🌈', '🏴‍☠️', '👁️‍🗨️', '❤️‍🔥', '🐻‍❄️', '🐈‍⬛',
          '🧔‍♀️', '🏃🏽‍♀️', '👩🏻‍❤️‍💋‍👨🏿', '🧑🏻‍🤝‍🧑🏿', '😶‍🌫️', '🐦‍🔥', '🍋‍🟩', '⛓️‍💥', '🙂‍↔️', '🏃‍➡️', '🧑‍🧑‍🧒']
flags = [chr(0x1F1E6 + ord(c[0]) - 65) + chr(0x1F1E6 + ord(c[1]) - 65)
         for c in 'DE FR JP US GB CN IN BR ZA KE AR AU CA CH ES SE NO FI PL UA CQ'.split()]
regions = ['🏴' + ''.join(chr(0xE0000 + ord(c)) for c in tag) + '\U000E007F' for tag in ('gbeng', 'gbsct', 'gbwls')]
keycaps = [c + '\ufe0f\u20e3' for c in '0123456789#*']
cjk = list('漢字日本語中文한국어ひらがなカタカナ、。「」（）！？ＡＢ￥〇々㈱㍿')
narrow = list('aZ0~é—…“”αΩжאع←→─│╭╯█░▶◆●①½×÷§°±¶№') + ['ｱ', 'ﾞ', '￩']
combining = ['e\u0301', 'a\u0308\u0304', 'o\u0302', 'n\u0303', 'q\u0307\u0323', 'и\u0306', 'ש\u05c1', 'ب\u064e',
             'ก\u0e34', 'ก\u0e48', 'क\u093f', 'क\u0941', 'த\u0bbf', 'Z\u0351\u036b\u0343', 'か\u3099',
             '\u1112\u1161\u11ab', '\u1100\u1161', 'a\u20dd', 'a\u200b', 'x\u2060', 'ᄒ']
kinds = {'emoji': emoji, 'emoji of Unicode 16': emoji16, 'text symbol': text_emoji,
         'emoji presentation': [c + '\ufe0f' for c in text_emoji + emoji[:8]],
         'text presentation': [c + '\ufe0e' for c in text_emoji[:12]],
         'skin tone': modified, 'joined': joined, 'flag': flags, 'region': regions, 'keycap': keycaps,
         'CJK': cjk, 'narrow or ambiguous': narrow, 'combining': combining}
clusters = [[kind, text, wcwidth.wcswidth(text)] for kind, texts in kinds.items() for text in texts]
lines = ',\n'.join('  ' + json.dumps(one) for one in clusters)
(ROOT / 'test/fixtures/widths.json').write_text(
    f'{{\n"wcwidth": "{wcwidth.__version__}",\n"unicode": "{VERSION}",\n"clusters": [\n{lines}\n]\n}}\n')
print(len(clusters), 'clusters;', len(packed(wide)), len(packed(zero)), len(packed(widened)), 'characters of tables')
