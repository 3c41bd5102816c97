import type net from 'node:net';

export const ANSWER_WITHIN_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** An answer of more than 399, or none. */
export class SmtpRefusal extends Error {}

/** No mail server says more in one answer; who does never ends. */
const MOST_LINES = 100;

/** Lines as they come; the reader that waits until `within` is told of an end or a fault too. */
export type Lines = { next(within: AbortSignal): Promise<string> };

export function listen(socket: net.Socket): Lines {
  let text = '';
  let fault: Error | null = null;
  let waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;
  const give = () => {
    const end = text.indexOf('\n');
    if (waiting === null) return;
    if (end === -1) {
      if (fault !== null) waiting.reject(fault);
      return;
    }
    const line = text.slice(0, end).replace(/\r$/, '');
    text = text.slice(end + 1);
    waiting.resolve(line);
    waiting = null;
  };
  const fail = (error: Error) => {
    fault ??= error;
    give();
  };
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.length > MOST_BYTES) socket.destroy(new SmtpRefusal('the answer is too long'));
    give();
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new SmtpRefusal('the connection was closed')));
  return {
    next: (within) =>
      new Promise((resolve, reject) => {
        const late = () => reject(new SmtpRefusal('no answer in time'));
        if (within.aborted) return late();
        within.addEventListener('abort', late, { once: true });
        const done = () => within.removeEventListener('abort', late);
        waiting = {
          resolve: (line) => {
            done();
            resolve(line);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        };
        give();
      }),
  };
}

/** One answer, as its lines without the code. Throws for one that refuses, does not come whole in time, or does not end. */
export async function answerOf(lines: Lines, withinMs: number): Promise<string[]> {
  const within = AbortSignal.timeout(withinMs);
  const said: string[] = [];
  let bytes = 0;
  for (;;) {
    const line = await lines.next(within);
    bytes += line.length;
    if (said.length === MOST_LINES || bytes > MOST_BYTES) throw new SmtpRefusal('the answer is too long');
    const [, code = '', more, words = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
    if (code === '') throw new SmtpRefusal('this is no mail server');
    said.push(words);
    if (more === '-') continue;
    if (Number(code) >= 400) throw new SmtpRefusal(`${code} ${said.join(' ')}`.slice(0, 200));
    return said;
  }
}
