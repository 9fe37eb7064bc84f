// Keeps a hostile recording from hanging the emulator: "scroll up 2,147,483,647 lines" is ten bytes of
// text and hours of work. Numbers in control sequences keep their first four digits; nothing else is
// touched. No real use has more: sizes end at 1000, modes at four digits, colours at 255.
// Source: ECMA-48 5.4 (parameter bytes 30-3F, intermediate 20-2F, final 40-7E).

const MAX_DIGITS = 4;
type State = 'ground' | 'escape' | 'control';

export class ParameterGuard {
  /** Sequences may be split between events, so the state outlives a call. */
  #state: State = 'ground';
  #digits = 0;

  /** The text with long numbers in control sequences cut. Call it for every event in order. */
  pass(text: string): string {
    const lastIntroducer = Math.max(text.lastIndexOf('\x1b'), text.lastIndexOf('\x9b'));
    if (this.#state === 'ground' && lastIntroducer < 0) return text;
    if (this.#state === 'ground' && !/\d{5}/.test(text)) {
      // Nothing to cut; only how the text ends matters to the next call, and an introducer restarts it.
      for (let at = lastIntroducer; at < text.length; at++) this.#step(text.charCodeAt(at));
      return text;
    }
    let kept = '';
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      if (this.#step(text.charCodeAt(at))) continue;
      kept += text.slice(from, at);
      from = at + 1;
    }
    return kept + text.slice(from);
  }

  /** Takes one code unit; false when it is a digit too many. */
  #step(code: number): boolean {
    if (code === 0x1b || code === 0x9b) {
      this.#state = code === 0x1b ? 'escape' : 'control';
      this.#digits = 0;
    } else if (this.#state === 'escape') {
      this.#state = code === 0x5b ? 'control' : 'ground';
    } else if (this.#state === 'control') {
      if (code >= 0x30 && code <= 0x39) {
        this.#digits++;
        return this.#digits <= MAX_DIGITS;
      }
      // Other C0 controls act at once and leave the sequence open; CAN and SUB end it.
      if (code === 0x18 || code === 0x1a || code >= 0x40) this.#state = 'ground';
      else if (code >= 0x20) this.#digits = 0;
    }
    return true;
  }
}
