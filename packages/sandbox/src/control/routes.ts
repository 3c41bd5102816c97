import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Context, newDraft } from '../context.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Account } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import { writeSettings } from '../state/world.ts';
import { openDispute } from '../stripe/dispute.ts';
import { sweep } from '../stripe/http.ts';
import { loadBilling } from '../stripe/load-billing.ts';
import { failRefund } from '../stripe/refund.ts';
import { putAccount, setClock, viewAccount } from './accounts.ts';
import { findMail, listMails, readAttachment, viewMail } from './mails.ts';
import {
  ControlError,
  type DisputeInput,
  readAccountInput,
  readClock,
  readDispute,
  readFaults,
  readTrigger,
} from './read-input.ts';

type IdRequest = FastifyRequest<{ Params: { id: string; index?: string } }>;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Refuses whoever does not hold the control token. */
export function tokenCheck(token: string): (request: FastifyRequest) => void {
  const expected = digest(`Bearer ${token}`);
  return (request) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      throw new ControlError(401, 'The control token is missing or wrong.');
    }
  };
}

/** Binds the control API, which only the holder of the token may use. */
export function registerControl(
  app: FastifyInstance,
  context: Context,
  mailbox: Mailbox,
  token: string,
): void {
  const check = tokenCheck(token);
  app.register(
    async (control) => {
      control.addHook('onRequest', async (request) => check(request));
      bindAccounts(control, context);
      bindMails(control, mailbox);
    },
    { prefix: '/_sandbox' },
  );
}

function accountOf({ world }: Context, request: FastifyRequest): Account {
  const account = world.accounts.get((request as IdRequest).params.id);
  if (account === undefined) throw new ControlError(404, 'There is no such account.');
  return account;
}

function bindAccounts(control: FastifyInstance, context: Context): void {
  const { world, deliveries } = context;
  const answer = async (account: Account) => {
    await world.journal.settled();
    deliveries.wake(account);
    return viewAccount(context, account);
  };
  control.get('/accounts', () => ({
    data: [...world.accounts.values()].map((one) => viewAccount(context, one)),
  }));
  control.post('/accounts', (request) => answer(putAccount(context, readAccountInput(request.body))));
  control.get('/accounts/:id', (request) => viewAccount(context, accountOf(context, request)));
  control.post('/accounts/:id/clock', (request) => {
    const account = accountOf(context, request);
    setClock(context, account, readClock(request.body));
    return answer(account);
  });
  control.post('/accounts/:id/faults', (request) => {
    const account = accountOf(context, request);
    writeSettings(world, { ...account.settings, faults: readFaults(request.body) });
    return answer(account);
  });
  control.post('/accounts/:id/trigger', async (request) => {
    const account = accountOf(context, request);
    const { event, ...options } = readTrigger(request.body);
    await loadBilling();
    const { TRIGGERS } = await import('../triggers/table.ts');
    const { runTrigger } = await import('../triggers/run.ts');
    const trigger = Object.hasOwn(TRIGGERS, event) ? TRIGGERS[event] : undefined;
    if (trigger === undefined) throw new ControlError(404, `Nothing brings about ${event}.`);
    const triggered = runTrigger(context, account, event, trigger, options);
    await answer(account);
    return triggered;
  });
  control.post('/accounts/:id/dispute', async (request) => {
    const account = accountOf(context, request);
    const draft = newDraft(context, account);
    const id = disputePayment(draft, readDispute(request.body));
    draft.commit();
    await answer(account);
    return { id };
  });
  control.post('/accounts/:id/fail_refund', async (request) => {
    const account = accountOf(context, request);
    const draft = newDraft(context, account);
    const { refund: wanted } = (request.body ?? {}) as { refund?: unknown };
    const refund = draft.get('refund', String(wanted));
    if (refund?.status !== 'succeeded') throw new ControlError(409, 'There is no such refund that was made.');
    failRefund(draft, refund, 'lost_or_stolen_card');
    draft.commit();
    await answer(account);
    return {};
  });
  control.get('/triggers', async () => {
    const { TRIGGERS } = await import('../triggers/table.ts');
    return { data: Object.keys(TRIGGERS).sort() };
  });
  control.get('/accounts/:id/events', (request) => {
    const { query } = request as FastifyRequest<{ Querystring: { after?: string } }>;
    return { data: eventsAfter(accountOf(context, request), query.after ?? null) };
  });
  control.post('/accounts/:id/drain', async (request) => {
    const account = accountOf(context, request);
    sweep(context, account);
    await world.journal.settled();
    return deliveries.drain(account);
  });
}

/** Has the bank of a payment's card ask it back. */
function disputePayment(draft: Draft, { paymentIntent, reason, isInquiry }: DisputeInput): string {
  const charge = draft.get('charge', draft.get('payment_intent', paymentIntent)?.latestCharge ?? '');
  if (charge?.status !== 'succeeded') throw new ControlError(404, 'There is no such payment that succeeded.');
  if (charge.disputed === true) throw new ControlError(409, 'This payment is disputed already.');
  if (charge.amount === charge.amountRefunded) throw new ControlError(409, 'All of this payment went back.');
  return openDispute(draft, charge, { reason, isInquiry }).id;
}

/** Events after a known one, oldest first; the newest hundred where none is named. */
function eventsAfter({ events, pending }: Account, after: string | null) {
  const all = [...events.values()];
  const known = after === null ? -1 : all.findIndex(({ id }) => id === after);
  const shown = after !== null && known >= 0 ? all.slice(known + 1) : all.slice(-100);
  const waiting = new Set([...pending.values()].map(({ event }) => event));
  return shown.map(({ id, type, created }) => ({ id, type, created, isDelivered: !waiting.has(id) }));
}

function bindMails(control: FastifyInstance, mailbox: Mailbox): void {
  const mailOf = (request: FastifyRequest) => {
    const { params, query } = request as IdRequest;
    return findMail(mailbox, params.id, query as Record<string, unknown>);
  };
  control.get('/mail', (request) => listMails(mailbox, request.query as Record<string, unknown>));
  control.get('/mail/:id', (request) => viewMail(mailbox, mailOf(request)));
  control.get('/mail/:id/raw', async (request, reply) =>
    reply.type('message/rfc822').send(await mailbox.raw(mailOf(request))),
  );
  control.get('/mail/:id/attachments/:index', async (request, reply) => {
    const { index = '' } = (request as IdRequest).params;
    const { bytes, mimeType } = await readAttachment(mailbox, mailOf(request), index);
    // The sender chose the type, so a browser must not render it in place.
    return reply
      .type(mimeType)
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .send(bytes);
  });
}
