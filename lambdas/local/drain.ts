/** The end of an HTTP server, in order: what is in flight is answered, nothing else is waited for. */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections that have become idle are looked for, ms. */
const IDLE_CHECK_MS = 25;

export interface Drain {
  /** True from the moment when the server is to end: each answer then carries `connection: close`. */
  readonly draining: boolean;
  /**
   * Ends the server: idle and silent connections at once, the others when they are answered, all of them after
   * `patienceMs`.
   *
   * @param close - Stops listening; resolves when the last connection has ended.
   */
  end(close: () => Promise<void>, patienceMs: number): Promise<void>;
}

/** Watches the connections of a server. To be called before it listens. */
export function watchConnections(server: Server): Drain {
  const sockets = new Set<Socket>();
  let draining = false;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    get draining() {
      return draining;
    },
    async end(close, patienceMs) {
      draining = true;
      // Node takes a connection that has sent nothing yet for a request that has begun.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
      const limit = setTimeout(() => server.closeAllConnections(), patienceMs);
      try {
        await close();
      } finally {
        clearInterval(idle);
        clearTimeout(limit);
      }
    },
  };
}
