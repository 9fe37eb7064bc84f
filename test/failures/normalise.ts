// Takes out of a runner's output what differs from run to run and from machine to machine: folders, durations,
// dates, addresses, ids. Does not touch names, places or messages.

/**
 * @param folders the project's, which becomes /app, and that of the installed packages
 */
export function normalised(output: string, [folder, modules]: readonly [string, string]): string {
  return (
    output
      // Debian's gradle prints what Java it found where it never ran before.
      .replace(/^(?:openjdk version|OpenJDK) .*\n/gm, '')
      .replace(/^(?:\[INFO\] )?Download(?:ing|ed)?\b.*\n/gm, '')
      .replaceAll(`/private${folder}`, '/app')
      .replaceAll(folder, '/app')
      .replaceAll(modules, '/app/node_modules')
      .replace(/\/(?:tmp|root|home)\/[^\s:"')]*?(?=\/(?:venv|npm)\/)/g, '/tools')
      .replace(/(?:\/[\w.@+-]+)+(?=\/(?:site-packages|lib\/python3[\d.]*|go\/src|rustlib)\/)/g, '/usr')
      .replace(/\/usr\/local\/go\/src/g, '/usr/go/src')
      .replace(/\b[Pp]ython ?3\.\d+(?:\.\d+)?/g, (name) => name.replace(/\d+(?:\.\d+)*$/, '3'))
      .replace(/\b0x[0-9a-f]{6,}\b/g, '0x0000')
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'ID')
      .replace(/(?<=[-/])[0-9a-f]{16}\b/g, '0000000000000000')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '2026-01-01T00:00:00Z')
      .replace(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g, '00:00:00')
      .replace(/\b\d+(?:\.\d+)?(?= ?(?:s|ms|µs|sec|secs|seconds?|milliseconds)\b)/g, '0.01')
      .replace(
        /\b(time|duration|duration_ms|start|stop|Elapsed|pid)(["']?(?:[=:] ?| )["']?)\d[\d.e-]*/g,
        (_, key: string, mark: string) => `${key}${mark}0`,
      )
      .replace(/\b\d+\.\d+(?= (?:c?usr|c?sys|CPU)\b)/g, '0.01')
      .replace(/\b\d+(?= wallclock secs\b)/g, '1')
      // The same length is told in one unit or another.
      .replace(/\b0\.01µs/g, '0.01ms')
      .replace(/^ +Duration .*$/gm, (line) => line.replace(/\b0\.01m?s/g, '0.01ms'))
      .replace(/\b(?:\d+m )+(?=0\.01 ?s)/g, '')
      .replace(/(Total time: +)[\d:]+ min/g, '$10.01 s')
      .replace(/\b00:00\.\d+/g, '00:00.01')
      .replace(/\b\d+\.\d+(?= (?:runs|assertions)\/s)/g, '100')
      // Jest tells of a file how long it took only where that was long.
      .replace(/^((?:FAIL|PASS) .*) \(0\.01 s\)$/gm, '$1')
      .replace(/\bgoroutine \d+/g, 'goroutine 1')
      .replace(/(thread '[^']*') \(\d+\)/g, '$1 (1)')
      .replace(/\b(hostname|host)="[^"]*"/g, '$1="host"')
  );
}
