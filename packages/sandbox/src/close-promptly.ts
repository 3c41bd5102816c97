import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The part of a Fastify application that is needed. */
interface Application {
  readonly server: Server;
  addHook(name: 'preClose', hook: () => Promise<void>): unknown;
}

/**
 * Lets an application close as soon as the requests under way are answered. Node.js alone goes on waiting for two kinds
 * of connections: one on which nothing was asked yet, as browsers keep ready, and one that was busy when the close
 * began, which stays open for the next request after its answer.
 */
export function closePromptly(app: Application): void {
  const underWay = new Map<Socket, number>();
  let isClosing = false;
  app.server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  app.server.on('request', ({ socket }, response) => {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1;
      if (!socket.destroyed) underWay.set(socket, left);
      if (isClosing && left === 0) socket.destroySoon();
    });
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
  });
}
