import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerTwilioAccounts } from './account-routes.ts';
import { deniedBy, isSilent, type Refusal, refusalOf, tellsFirst } from './behaviour.ts';
import { registerTextControl } from './control-routes.ts';
import { faultOf } from './judge-message.ts';
import type { TextRecord, Texts } from './texts.ts';

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
    if (tellsFirst(text.to)) await texts.deliver(text);
    else reply.raw.once('finish', () => void texts.deliver(text));
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
  registerTextControl(app, texts, check);
}
