import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlError } from '../control/read-input.ts';
import type { Texts } from './texts.ts';

/** The newest that are shown. */
const PAGE = 50;

/** The part of the control API about texts. */
export function registerTextControl(
  app: FastifyInstance,
  texts: Texts,
  check: (request: FastifyRequest) => void,
): void {
  app.register(
    async (control) => {
      control.addHook('onRequest', async (request) => check(request));
      control.get('/texts', async (request) => {
        const { to } = request.query as { to?: string };
        await texts.quiet();
        return { data: texts.list({ limit: PAGE, ...(to === undefined ? {} : { to }) }) };
      });
      control.post('/texts/tell', async (request) => ({ status: await tell(texts, request.body) }));
      control.post('/texts/answer', async (request) => ({ status: await answer(texts, request.body) }));
    },
    { prefix: '/_sandbox' },
  );
}

/** Answers the newest text that a number got, as its owner would. */
function answer(texts: Texts, body: unknown): Promise<number> {
  const { from, text, url } = (body ?? {}) as Record<string, unknown>;
  if (typeof from !== 'string' || typeof text !== 'string' || typeof url !== 'string')
    throw new ControlError(400, 'An answer has a from, a text and a url.');
  const [got] = texts.list({ to: from, limit: 1 });
  if (got === undefined) throw new ControlError(404, 'This number got no text.');
  return texts.answer(got.accountSid, url, { from, to: got.from, body: text });
}

function tell(texts: Texts, body: unknown): Promise<number> {
  const { to, status, errorCode } = (body ?? {}) as Record<string, unknown>;
  if (typeof to !== 'string' || typeof status !== 'string')
    throw new ControlError(400, 'What is told has a to and a status.');
  const [text] = texts.list({ to, limit: 1 });
  if (text === undefined) throw new ControlError(404, 'This number got no text.');
  return texts.tell(text, status, typeof errorCode === 'number' ? errorCode : null);
}
