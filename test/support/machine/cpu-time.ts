// How long this thread computed, for tests of what must not take long: the same however busy the machine is. Does not
// count what a thread waits for.

/** @param since an earlier answer; what follows counts from there */
export function cpuMs(since = 0): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000 - since;
}
