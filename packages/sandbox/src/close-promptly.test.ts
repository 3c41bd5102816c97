import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { closePromptly } from './close-promptly.ts';

async function slowServer() {
  const app = Fastify({ forceCloseConnections: 'idle' });
  closePromptly(app);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  app.get('/', async () => {
    asked.resolve();
    await answer.promise;
    return { answer: 'whole' };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    asked: asked.promise,
    answer: answer.resolve,
  };
}

test('a connection on which nothing was asked keeps no server from closing', async () => {
  const { app, port } = await slowServer();
  const accepted = once(app.server, 'connection');
  const socket = net.connect(port, '127.0.0.1');
  const ended = once(socket, 'close');
  await accepted;
  await app.close();
  await ended;
});

test('a request under way is answered whole before the server closes, and its kept connection ends then', async () => {
  const { app, port, asked, answer } = await slowServer();
  const agent = new http.Agent({ keepAlive: true });
  const request = http.get({ port, host: '127.0.0.1', agent });
  const responded = once(request, 'response') as Promise<[http.IncomingMessage]>;
  await asked;
  const closed = app.close();
  while (app.server.listening) await new Promise((resolve) => setImmediate(resolve));
  answer();
  const [response] = await responded;
  let text = '';
  for await (const part of response) text += String(part);
  expect(text).toBe('{"answer":"whole"}');
  await closed;
});

test('several requests that one connection sent at once are all answered before it ends', async () => {
  const app = Fastify({ forceCloseConnections: 'idle' });
  closePromptly(app);
  const answer = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  let asked = 0;
  app.get('/', async () => {
    asked += 1;
    const own = asked;
    if (own === 3) all.resolve();
    await answer.promise;
    return { answer: own };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = net.connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(3));
  await all.promise;
  const closed = app.close();
  while (app.server.listening) await new Promise((resolve) => setImmediate(resolve));
  answer.resolve();
  let text = '';
  for await (const part of socket) text += String(part);
  expect(text.match(/\{"answer":\d\}/g)).toEqual(['{"answer":1}', '{"answer":2}', '{"answer":3}']);
  await closed;
});
