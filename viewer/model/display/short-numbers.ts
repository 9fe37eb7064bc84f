// Numbers for the columns of a table: three digits and a unit, a clock of minutes and seconds. The full number stands
// beside it for whoever asks. What is unknown is null and never 0.

/** "238", "35.2k", "8.17M". */
export function shortCount(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const units = ['', 'k', 'M', 'G'];
  let rest = Math.abs(value);
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  const text = unit === 0 ? String(Math.round(rest)) : threeDigits(rest);
  return `${value < 0 ? '−' : ''}${text}${units[unit]}`;
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** A moment: "12:40", "1:05:07"; of a run under a minute "3.31 s". @param lengthNs of the run that it is in */
export function shortMoment(tNs: number, lengthNs: number): string {
  if (!Number.isFinite(tNs)) return 'unknown';
  if (lengthNs < 60e9) return `${(tNs / 1e9).toFixed(2)} s`;
  return clockOf(Math.floor(tNs / 1e9));
}

/** A length: "850 ms", "6.9 s", "1:50". @param ms milliseconds */
export function shortLength(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : clockOf(Math.round(ms / 1000));
}

function clockOf(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const pad = (value: number) => String(value).padStart(2, '0');
  const rest = pad(seconds % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}
