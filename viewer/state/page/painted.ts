// When the page has drawn what was last asked of it: work that delays no first sight waits for it.

const LATEST_PAINT_MS = 250;

/** Resolves when the frame under way has been handed on; in a hidden page, which draws no frames, soon. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LATEST_PAINT_MS);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        clearTimeout(timer);
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  });
}
