// What a small project is that a test runner is run on: its files, its command, and how its runner tells its
// version. Does not run anything.

export interface Project {
  /** The folder of its fixture. */
  readonly runner: string;
  /** The name of its fixture: the way in which that runner printed. */
  readonly form: string;
  readonly files: Readonly<Record<string, string>>;
  /** A line for /bin/sh; both of its streams are kept. */
  readonly command: string;
  /** A line for /bin/sh that prints the version. */
  readonly version: string;
}

/** The command that prints the version of a package of Debian. */
export function debianVersion(name: string): string {
  return `dpkg-query -W -f '\${Version}' ${name}`;
}
