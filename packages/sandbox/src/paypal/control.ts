import type { FastifyReply, FastifyRequest } from 'fastify';
import { ControlError, readClock, readFaults, readTrigger } from '../control/read-input.ts';
import type { EventView } from '../control/types.ts';
import { doDeed } from './deeds.ts';
import { newDraft, type PayPalService, sweep } from './service.ts';
import { type Account, accountOf, nowOf, writeChange } from './store.ts';
import type { PayPalAccountInput, PayPalAccountView, PayPalDeed } from './types.ts';

/** Answers the control API below `/_sandbox/paypal`; whoever calls has shown the control token. */
export async function answerControl(
  service: PayPalService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [part = '', id = '', verb = ''] = new URL(request.url, 'http://sandbox').pathname.split('/').slice(3);
  const body = readJson(request.body);
  if (part === 'root') return reply.send({ root: (await service.authority()).root });
  if (part === 'triggers') {
    const { PAYPAL_TRIGGERS } = await import('./triggers.ts');
    return reply.send({ data: Object.keys(PAYPAL_TRIGGERS).sort() });
  }
  if (part !== 'accounts') throw new ControlError(404, 'There is no such address.');
  if (request.method === 'POST' && id === '')
    return answer(service, reply, putAccount(service, readInput(body)));
  if (id === '') {
    return reply.send({ data: [...service.store.accounts.values()].map((one) => viewAccount(service, one)) });
  }
  const account = service.store.accounts.get(id);
  if (account === undefined) throw new ControlError(404, 'There is no such account.');
  if (request.method === 'GET' && verb === 'events') {
    const { after } = request.query as { after?: string };
    return reply.send({ data: eventsAfter(account, after ?? null) });
  }
  if (request.method === 'GET') return reply.send(viewAccount(service, account));
  return answerVerb(service, account, verb, body, reply);
}

async function answerVerb(
  service: PayPalService,
  account: Account,
  verb: string,
  body: unknown,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, deliveries } = service;
  const { settings } = account;
  if (verb === 'drain') {
    sweep(service, account);
    await store.journal.settled();
    return reply.send(await deliveries.drain(account));
  }
  if (verb === 'clock') {
    writeChange(store, { account: settings.id, settings: { ...settings, frozenAtMs: readClock(body) } });
    sweep(service, account);
  } else if (verb === 'faults') {
    writeChange(store, { account: settings.id, settings: { ...settings, faults: readFaults(body) } });
  } else if (verb === 'deeds') {
    const made = doDeed(service, account, body as PayPalDeed);
    await store.journal.settled();
    deliveries.wake(account);
    return reply.send({ id: made });
  } else if (verb === 'trigger') {
    const { event, ...options } = readTrigger(body);
    const { runPayPalTrigger } = await import('./triggers.ts');
    const triggered = runPayPalTrigger(service, account, event, options);
    await store.journal.settled();
    deliveries.wake(account);
    return reply.send(triggered);
  } else {
    throw new ControlError(404, 'There is no such address.');
  }
  return answer(service, reply, account);
}

async function answer(service: PayPalService, reply: FastifyReply, account: Account): Promise<FastifyReply> {
  await service.store.journal.settled();
  service.deliveries.wake(account);
  return reply.send(viewAccount(service, account));
}

/** Events after a known one, oldest first; the newest hundred where none is named. */
function eventsAfter({ tables, pending }: Account, after: string | null): readonly EventView[] {
  const all = [...tables.event.values()];
  const known = after === null ? -1 : all.findIndex(({ id }) => id === after);
  const waiting = new Set([...pending.values()].map(({ event }) => event));
  return (known >= 0 ? all.slice(known + 1) : all.slice(-MOST_EVENTS)).map(({ id, type, createdMs }) => ({
    id,
    type,
    created: Math.floor(createdMs / 1000),
    isDelivered: !waiting.has(id),
  }));
}

const MOST_EVENTS = 100;

function controlledWebhook({ tables }: Account) {
  return [...tables.webhook.values()].find(({ controlled }) => controlled);
}

function viewAccount({ store }: PayPalService, account: Account): PayPalAccountView {
  const { id, clientId, sellerName, frozenAtMs, faults } = account.settings;
  const webhook = controlledWebhook(account);
  return {
    id,
    clientId,
    sellerName,
    webhookUrl: webhook?.url ?? null,
    webhookId: webhook?.id ?? null,
    frozenAtMs,
    nowMs: nowOf(store, account),
    faults,
    pendingWebhooks: account.pending.size,
  };
}

function putAccount(service: PayPalService, input: PayPalAccountInput): Account {
  const account = accountOf(service.store, input.clientId, input.secret);
  if (account === null) throw new ControlError(409, 'This client id is known with another secret.');
  const draft = newDraft(service, account);
  const { settings } = account;
  if (input.sellerName !== undefined && input.sellerName !== settings.sellerName) {
    draft.settings = { ...settings, sellerName: input.sellerName };
  }
  const before = controlledWebhook(account);
  const isMoved = input.webhookId !== undefined && before !== undefined && before.id !== input.webhookId;
  if (before !== undefined && (input.webhookUrl === null || isMoved)) draft.remove('webhook', before.id);
  const url = input.webhookUrl ?? null;
  if (url !== null && (before === undefined || before.url !== url || isMoved)) {
    draft.put('webhook', {
      id: input.webhookId ?? before?.id ?? draft.id(),
      createdMs: before?.createdMs ?? draft.nowMs,
      url,
      eventTypes: ['*'],
      controlled: true,
    });
  }
  draft.commit();
  return account;
}

function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError(400, 'The body must be JSON.');
  }
}

const TEXTS: Readonly<Record<keyof PayPalAccountInput, RegExp>> = {
  clientId: /^[\w-]{8,120}$/,
  secret: /^[\w-]{8,200}$/,
  sellerName: /^.{1,200}$/u,
  webhookUrl: /^https?:\/\/.{1,2000}$/,
  webhookId: /^[0-9A-Z]{10,40}$/,
};

function readInput(body: unknown): PayPalAccountInput {
  if (typeof body !== 'object' || body === null)
    throw new ControlError(400, 'The body must be a JSON object.');
  for (const [name, value] of Object.entries(body)) {
    const shape = TEXTS[name as keyof PayPalAccountInput];
    if (shape === undefined) throw new ControlError(400, `Unknown field: ${name.slice(0, 80)}.`);
    if (name === 'webhookUrl' && value === null) continue;
    if (typeof value !== 'string' || !shape.test(value))
      throw new ControlError(400, `${name} is not well formed.`);
  }
  const input = body as Partial<PayPalAccountInput>;
  const { clientId, secret } = input;
  if (clientId === undefined || secret === undefined)
    throw new ControlError(400, 'clientId and secret are needed.');
  return { ...input, clientId, secret };
}
