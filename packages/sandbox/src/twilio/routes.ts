import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ControlError } from '../control/read-input.ts';
import { registerTwilioAccounts } from './account-routes.ts';
import { deniedBy, isSilent, type Refusal, refusalOf } from './behaviour.ts';
import type { TextRecord, Texts } from './texts.ts';

const NUMBER = /^\+[1-9]\d{6,14}$/;
const SENDER = /^(?:\+[1-9]\d{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$/;
const MOST_LETTERS = 1_600;
const PAGE = 50;

type Account = { Params: { account: string } };

/** Who asks, by basic auth; null for nobody that there can be. */
function whoAsks(request: FastifyRequest): { sid: string; token: string } | null {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  const [sid = '', token = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return scheme === 'Basic' && /^AC[0-9a-f]{32}$/.test(sid) && token !== '' ? { sid, token } : null;
}

/** The account of a request that it may do this with; a refusal where it may not. */
function accountOf(request: FastifyRequest<Account>, texts: Texts, deed: 'send' | 'read'): string | Refusal {
  const who = whoAsks(request);
  if (who === null || who.sid !== request.params.account) return DENIED;
  texts.know(who.sid, who.token);
  return deniedBy(who.token, deed) ?? who.sid;
}

function refuse(reply: FastifyReply, { status, code, message }: Refusal): FastifyReply {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return reply.code(status).send({ code, message, more_info, status });
}

const DENIED: Refusal = { status: 401, code: 20003, message: 'Authenticate' };

function present(text: TextRecord) {
  const date = new Date(text.createdAtMs).toUTCString().replace('GMT', '+0000');
  const isSender = text.from.startsWith('MG');
  const uri = `/2010-04-01/Accounts/${text.accountSid}/Messages/${text.sid}.json`;
  return {
    account_sid: text.accountSid,
    api_version: '2010-04-01',
    body: text.body,
    date_created: date,
    date_sent: text.status === 'queued' ? null : date,
    date_updated: date,
    direction: 'outbound-api',
    error_code: text.errorCode,
    error_message: null,
    from: isSender ? null : text.from,
    messaging_service_sid: isSender ? text.from : null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid: text.sid,
    status: text.status,
    subresource_uris: { media: uri.replace('.json', '/Media.json') },
    to: text.to,
    uri,
  };
}

/** Stands in for the messages of Twilio: same paths, fields, errors and signed status callbacks. */
export function registerTwilio(
  app: FastifyInstance,
  texts: Texts,
  held: Set<FastifyReply['raw']>,
  check: (request: FastifyRequest) => void,
): void {
  app.post<Account>('/2010-04-01/Accounts/:account/Messages.json', async (request, reply) => {
    const account = accountOf(request, texts, 'send');
    if (typeof account !== 'string') return refuse(reply, account);
    const fields = new URLSearchParams((request.body as { text?: string } | null)?.text ?? '');
    const fault = faultOf(fields) ?? refusalOf(fields.get('To') ?? '');
    if (fault !== undefined) return refuse(reply, fault);
    const text = texts.take({
      accountSid: account,
      to: fields.get('To') ?? '',
      from: fields.get('MessagingServiceSid') ?? fields.get('From') ?? '',
      body: fields.get('Body') ?? '',
      statusCallback: fields.get('StatusCallback'),
    });
    if (isSilent(text.to)) {
      held.add(reply.raw);
      reply.raw.once('close', () => held.delete(reply.raw));
      return reply.hijack();
    }
    const answer = present(text);
    reply.raw.once('finish', () => texts.deliver(text));
    return reply.code(201).send(answer);
  });

  app.get<Account>('/2010-04-01/Accounts/:account/Messages.json', async (request, reply) => {
    const account = accountOf(request, texts, 'read');
    if (typeof account !== 'string') return refuse(reply, account);
    const { To, PageSize } = request.query as { To?: string; PageSize?: string };
    const limit = Math.min(Number(PageSize ?? PAGE) || PAGE, 1_000);
    const found = texts.list({ accountSid: account, limit, ...(To === undefined ? {} : { to: To }) });
    return reply.send({ messages: found.map(present), page: 0, page_size: limit, next_page_uri: null });
  });

  app.get<{ Params: { account: string; sid: string } }>(
    '/2010-04-01/Accounts/:account/Messages/:sid.json',
    async (request, reply) => {
      const account = accountOf(request, texts, 'read');
      if (typeof account !== 'string') return refuse(reply, account);
      const text = texts.find(account, request.params.sid);
      if (text === undefined)
        return refuse(reply, { status: 404, code: 20404, message: 'The requested resource was not found' });
      return reply.send(present(text));
    },
  );

  registerTwilioAccounts(app, whoAsks, refuse);
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

function faultOf(fields: URLSearchParams): Refusal | undefined {
  const bad = (code: number, message: string): Refusal => ({ status: 400, code, message });
  const to = fields.get('To');
  const from = fields.get('MessagingServiceSid') ?? fields.get('From');
  const body = fields.get('Body');
  if (to === null) return bad(21604, "A 'To' phone number is required.");
  if (!NUMBER.test(to)) return bad(21211, `Invalid 'To' Phone Number: ${to}`);
  if (from === null) return bad(21603, "A 'From' phone number is required.");
  if (!SENDER.test(from)) return bad(21212, `Invalid 'From' Phone Number: ${from}`);
  if (body === null || body === '') return bad(21602, 'Message body is required.');
  if (body.length > MOST_LETTERS) return bad(21617, 'The message body exceeds the 1600 character limit.');
  const callback = fields.get('StatusCallback');
  if (callback !== null && !URL.canParse(callback)) return bad(21609, "Invalid 'StatusCallback' URL.");
  return undefined;
}
