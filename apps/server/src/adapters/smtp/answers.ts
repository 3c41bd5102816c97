import type net from 'node:net';

export const ANSWER_WITHIN_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/** An answer of more than 399, or none. */
export class SmtpRefusal extends Error {}

/** Lines as they come; the reader that waits is told of an end or a fault too. */
export type Lines = { next(): Promise<string> };

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
    next: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new SmtpRefusal('no answer in time')), ANSWER_WITHIN_MS);
        waiting = {
          resolve: (line) => {
            clearTimeout(timer);
            resolve(line);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        give();
      }),
  };
}

/** One answer, as its lines without the code. Throws for one that refuses. */
export async function answerOf(lines: Lines): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const line = await lines.next();
    const [, code = '', more, words = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
    if (code === '') throw new SmtpRefusal('this is no mail server');
    said.push(words);
    if (more === '-') continue;
    if (Number(code) >= 400) throw new SmtpRefusal(`${code} ${said.join(' ')}`.slice(0, 200));
    return said;
  }
}
