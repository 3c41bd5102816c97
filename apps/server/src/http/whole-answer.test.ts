import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commonHeaders, limitHeaders } from './answer-head.ts';
import { type WholeAnswer, wholeAnswers } from './whole-answer.ts';

const ID = 'req_0123456789abcdef0123456789abcdef';
const ANSWER: WholeAnswer = {
  id: ID,
  status: 200,
  limit: { limit: 6_000, remaining: 5_999, resetSeconds: 60 },
  text: '{"a":"plain"}',
};

/** What the next requests are answered with, and by whom the head is written. */
let next: { answer: WholeAnswer; secure: boolean; byNode: boolean };

const server = createServer((request, response) => {
  request.resume();
  const { answer, secure, byNode } = next;
  if (byNode) sendByNode(response, answer, secure);
  else wholeAnswers({ secure })(response, answer);
});
beforeAll(async () => {
  server.keepAliveTimeout = 72_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

function sendByNode(response: ServerResponse, { id, status, limit, text }: WholeAnswer, secure: boolean) {
  const head = commonHeaders({ secure }, id);
  limitHeaders(head, limit);
  head.push('content-type', 'application/json; charset=utf-8');
  head.push('content-length', String(Buffer.byteLength(text)));
  response.writeHead(status, head);
  response.end(text);
}

/** All that comes back over the wire, without the time of the answer. */
async function wire(requests: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(requests);
  let text = '';
  let last = '';
  for await (const chunk of socket) {
    text += (chunk as Buffer).toString('latin1');
    last = text.slice(text.lastIndexOf('HTTP/1.1'));
    const [head = '', body] = last.split('\r\n\r\n');
    const whole = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
    const isWhole = text.split('HTTP/1.1').length === requests.split('HTTP/1.').length;
    // A connection that is kept stays open; one that ends is read to its end.
    if (isWhole && head.includes('keep-alive') && body?.length === whole) break;
  }
  socket.destroy();
  return text.replaceAll(/Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n/g, 'Date: (then)\r\n');
}

const asked = (version: string, ...more: string[]) =>
  [`POST / HTTP/${version}`, 'host: a', 'content-length: 2', ...more, '', '{}'].join('\r\n');

const kinds: [string, string, Partial<WholeAnswer>, boolean][] = [
  ['that succeeds', asked('1.1'), {}, false],
  ['by https', asked('1.1'), {}, true],
  ['of something that was made', asked('1.1'), { status: 201 }, false],
  ['with letters of many bytes', asked('1.1'), { text: '{"a":"Zoë 漢字 😀"}' }, false],
  ['at the limit', asked('1.1'), { limit: { limit: 1, remaining: 0, resetSeconds: 1 } }, false],
  ['on a connection that the caller ends', asked('1.1', 'connection: close'), {}, false],
  ['to an older caller', asked('1.0'), {}, false],
  ['to an older caller who stays', asked('1.0', 'connection: keep-alive'), {}, false],
  ['to several requests on one connection', asked('1.1') + asked('1.1') + asked('1.1'), {}, false],
  ['without a body', asked('1.1', 'connection: close'), { status: 204, text: '' }, false],
];

test.each(kinds)('an answer %s goes over the wire as Node writes it', async (_, request, more, secure) => {
  const answer = { ...ANSWER, ...more };
  next = { answer, secure, byNode: true };
  const byNode = await wire(request);
  next = { answer, secure, byNode: false };
  const bySelf = await wire(request);
  expect(byNode).toContain(`request-id: ${ID}`);
  expect(byNode).toContain('Date: (then)');
  expect(bySelf).toBe(byNode);
});

test('an answer says the time of its second', async () => {
  next = { answer: ANSWER, secure: false, byNode: false };
  const before = Math.floor(Date.now() / 1000) * 1000;
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await response.text()).toBe(ANSWER.text);
  const said = Date.parse(response.headers.get('date') ?? '');
  expect(said).toBeGreaterThanOrEqual(before);
  expect(said).toBeLessThanOrEqual(Date.now());
});
