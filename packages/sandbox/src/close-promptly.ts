import type { Server, ServerResponse } from 'node:http';
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
  // Answers leave a connection in the order of their requests, so the last one tells whether any is under way.
  const lastAnswers = new Map<Socket, ServerResponse | undefined>();
  let isClosing = false;
  const isIdle = (socket: Socket) => lastAnswers.get(socket)?.closed !== false;
  const endAfter = (answer: ServerResponse, socket: Socket) =>
    answer.once('close', () => {
      if (isIdle(socket)) socket.destroySoon();
    });
  app.server.on('connection', (socket: Socket) => {
    lastAnswers.set(socket, undefined);
    socket.once('close', () => lastAnswers.delete(socket));
  });
  app.server.on('request', ({ socket }, answer) => {
    if (!socket.destroyed) lastAnswers.set(socket, answer);
    if (isClosing) endAfter(answer, socket);
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const [socket, answer] of lastAnswers) {
      if (answer === undefined || isIdle(socket)) socket.destroy();
      else endAfter(answer, socket);
    }
  });
}
