// How a server of ours comes to its address. Does not know what it serves, or say what an error means.
import type { Server } from 'node:net';

/** @returns the port. @throws the system's error where the address cannot be had */
export function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
