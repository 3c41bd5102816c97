import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import type { Draft } from '../state/draft.ts';
import type { SessionRecord } from '../state/records.ts';
import { rememberCard } from '../stripe/cards.ts';
import type { FormLevel } from '../stripe/form.ts';
import { type FormBody, sweep } from '../stripe/http.ts';
import { NO_BILLING, newPaymentMethod } from '../stripe/methods.ts';
import { authenticationUrl } from '../stripe/objects/intent-parts.ts';
import { bindAuthentication } from './authenticate-routes.ts';
import { type CardForm, type FieldErrors, readCardForm, type TypedDetails, withWallet } from './card-form.ts';
import { submitCard } from './complete.ts';
import { type DebitForm, readDebitForm } from './debit-form.ts';
import { notice } from './layout.ts';
import { payPage } from './pay-page.ts';
import { sendPage } from './send.ts';
import { successUrl } from './success-url.ts';

const NOTHING_TYPED: TypedDetails = { email: '', expiry: '', name: '' };

/** Binds the hosted pages that a customer's browser visits. */
export function registerCheckout(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { id: string } }>('/c/pay/:id', (request, reply) => showPay(context, request, reply));
  app.post<{ Params: { id: string } }>('/c/pay/:id', (request, reply) => submitPay(context, request, reply));
  app.get<{ Params: { id: string } }>('/c/mandate/:id', (request, reply) =>
    showMandate(context, request, reply),
  );
  bindAuthentication(app, context);
}

/** The account and session of a page's address. */
function findSession(context: Context, id: string): { account: Account; session: SessionRecord } | null {
  for (const account of context.world.accounts.values()) {
    if (!account.tables.checkout_session.has(id)) continue;
    sweep(context, account);
    const session = account.tables.checkout_session.get(id);
    if (session !== undefined) return { account, session };
  }
  return null;
}

type PageRequest = FastifyRequest<{ Params: { id: string } }>;

async function showPay(context: Context, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const found = findSession(context, request.params.id);
  await context.world.journal.settled();
  if (found === null) {
    return sendPage(reply, 404, notice('Nothing here', 'This payment page does not exist.', null));
  }
  const { account, session } = found;
  if (session.status !== 'open') return sendClosed(reply, session);
  return sendForm(reply, 200, account, session, { declined: lastFault(account, session) });
}

/** The words by which an account may be debited. */
async function showMandate(
  context: Context,
  request: PageRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await context.world.journal.settled();
  for (const { tables, settings } of context.world.accounts.values()) {
    const mandate = tables.mandate.get(request.params.id);
    if (mandate === undefined) continue;
    const digits = tables.payment_method.get(mandate.paymentMethod)?.debit?.last4 ?? '';
    const text = `${settings.sellerName} may debit the account ending in ${digits} by this mandate.`;
    return sendPage(reply, 200, notice(`Mandate ${mandate.reference}`, text, null));
  }
  return sendPage(reply, 404, notice('Nothing here', 'This mandate does not exist.', null));
}

function sendClosed(reply: FastifyReply, session: SessionRecord): FastifyReply {
  if (session.status === 'complete') {
    const link = { href: successUrl(session), label: 'Go on' };
    return sendPage(
      reply,
      200,
      notice('All done', 'This page was already completed. Nothing is charged twice.', link),
    );
  }
  const link = session.cancelUrl === null ? null : { href: session.cancelUrl, label: 'Go back' };
  return sendPage(
    reply,
    410,
    notice('This page has expired', 'Nothing was charged. Start again from the shop.', link),
  );
}

function emailOf(account: Account, session: SessionRecord): string | null {
  const customer = session.customer === null ? undefined : account.tables.customer.get(session.customer);
  return session.customerEmail ?? customer?.email ?? null;
}

function lastFault({ tables }: Account, { paymentIntent, setupIntent }: SessionRecord): string | null {
  const payment = paymentIntent === null ? undefined : tables.payment_intent.get(paymentIntent);
  const setup = setupIntent === null ? undefined : tables.setup_intent.get(setupIntent);
  return (payment ?? setup)?.lastFault?.message ?? null;
}

interface Shown {
  readonly typed?: TypedDetails;
  readonly errors?: FieldErrors;
  readonly declined?: string | null;
}

function sendForm(
  reply: FastifyReply,
  status: number,
  account: Account,
  session: SessionRecord,
  shown: Shown,
): FastifyReply {
  const view = {
    session,
    sellerName: account.settings.sellerName,
    knownEmail: emailOf(account, session),
    typed: shown.typed ?? NOTHING_TYPED,
    errors: shown.errors ?? {},
    declined: shown.declined ?? null,
  };
  return sendPage(reply, status, payPage(view));
}

async function submitPay(context: Context, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const found = findSession(context, request.params.id);
  if (found === null) {
    return sendPage(reply, 404, notice('Nothing here', 'This payment page does not exist.', null));
  }
  const { account, session } = found;
  if (session.status === 'complete') return reply.redirect(successUrl(session), 303);
  if (session.status === 'expired') return sendClosed(reply, session);
  const submit =
    session.subscribes === undefined
      ? submitCard
      : (await import('./submit-subscription.ts')).submitSubscription;
  const draft = newDraft(context, account);
  const body = request.body as FormBody | undefined;
  const known = emailOf(account, session);
  const values = body?.values ?? {};
  const reading = readAnyForm(values, draft.nowMs, known === null, session);
  if (!reading.ok) return sendForm(reply, 422, account, session, reading);
  const outcome = submit(draft, session, ...methodOf(reading.form, draft, known));
  draft.commit();
  await context.world.journal.settled();
  setImmediate(() => context.deliveries.wake(account));
  if (outcome.kind === 'complete') return reply.redirect(successUrl(outcome.session), 303);
  if (outcome.kind === 'authenticate') {
    const { id, clientSecret } = outcome.intent;
    return reply.redirect(authenticationUrl(context.baseUrl(), id, clientSecret), 303);
  }
  const typed = { email: reading.form.email ?? '', expiry: '', name: reading.form.name };
  return sendForm(reply, 402, account, session, { typed, declined: outcome.fault.message });
}

/** What was submitted: the page has a form for cards, one for debits and buttons for wallets. */
function readAnyForm(values: FormLevel, nowMs: number, asksEmail: boolean, session: SessionRecord) {
  if (values.iban !== undefined && session.paymentMethodTypes.includes('sepa_debit')) {
    return readDebitForm(values, asksEmail);
  }
  return readCardForm(withWallet(values), nowMs, asksEmail);
}

function methodOf(form: CardForm | DebitForm, draft: Draft, known: string | null) {
  const { email, name } = form;
  const country = 'test' in form ? form.test.country : form.debit.country;
  const details = { email: email ?? known, name, country };
  const billing = {
    ...NO_BILLING,
    email: details.email,
    name,
    address: { ...NO_BILLING.address, country },
  };
  if (!('test' in form)) return [newPaymentMethod(draft, form.debit, billing), details] as const;
  const cvcCheck = form.test.behaviour === 'declined:incorrect_cvc' ? ('fail' as const) : ('pass' as const);
  const card = {
    ...rememberCard(form.test, form.expiry, cvcCheck),
    ...(form.wallet === null ? {} : { wallet: form.wallet }),
  };
  return [newPaymentMethod(draft, card, billing), details] as const;
}
