import type { CreditNoteAtStripe } from '@billhook/core/mirror/credit-note-at-stripe';
import { decideMirroredInvoice, type MirroredDocument } from '@billhook/core/mirror/decide-invoice';
import type { InvoiceAtStripe, InvoicePaymentAtStripe } from '@billhook/core/mirror/invoice-at-stripe';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import { getPlanVersion } from '../modules/catalog/api.ts';
import { type Customer, lockCustomer } from '../modules/customers/api.ts';
import {
  findInvoice,
  insertMirroredInvoice,
  type LineFace,
  lockInvoice,
  mirroredNotesOf,
  moveMirroredInvoice,
  type StoredInvoice,
  type StoredMirroredNote,
  setHostedUrl,
} from '../modules/invoicing/api.ts';
import { post } from '../modules/ledger/api.ts';
import {
  caseSubject,
  isNewest,
  type LookUpState,
  linkOf,
  noteLookUp,
  putLink,
  soldPrices,
  takeTicket,
} from '../modules/mirror/api.ts';
import type { ProviderIntent } from '../modules/payments/api.ts';
import { getSubscription, type StoredSubscription } from '../modules/subscriptions/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { emitCoreEvents } from './apply-decision.ts';
import { followCustomers } from './follow-money.ts';
import { applyNotes, hasNotes } from './mirror-notes.ts';
import { recordFailedTry, recordMirroredPayments } from './mirror-payments.ts';
import { type MirrorWork, mirrorSubscription } from './mirror-subscription.ts';

const HISTORY_MS = 7 * MS_PER_DAY;

/** An invoice as looked up, with the payments that were tried for it. */
export type LookedUpInvoice = {
  facts: InvoiceAtStripe;
  intents: ReadonlyMap<string, ProviderIntent>;
  notes: readonly CreditNoteAtStripe[];
};

/**
 * Looks an invoice up at Stripe and keeps it here as a document, with Stripe's number, tax and lines. Its subscription
 * comes first; an invoice of none is nobody's here. What money did is recorded payment by payment, once each.
 */
export async function mirrorInvoice(work: MirrorWork, stripeId: string): Promise<LookUpState> {
  const ticket = await work.command((ctx) => takeTicket(ctx, 'invoice', stripeId));
  const facts = await work.billing.retrieveInvoice(stripeId);
  const foreign = (reason: string) =>
    work.command(async (ctx) => {
      await noteLookUp(ctx, 'invoice', stripeId, { state: 'foreign', reason });
      return 'foreign' as const;
    });
  if (facts === null) return foreign('It is not in the account.');
  const { subscriptionId } = facts;
  if (subscriptionId === null) return foreign('It bills no subscription.');
  const known = await work.query((ctx) => linkOf(ctx, 'subscription', subscriptionId));
  if (known === undefined) await mirrorSubscription(work, subscriptionId);
  const link = await work.query((ctx) => linkOf(ctx, 'subscription', subscriptionId));
  // The first invoice of what has not begun yet; the news that it has begun looks for it again.
  if (link === undefined) return foreign('Its subscription is not here.');
  const isNoted = await work.query((ctx) => hasNotes(ctx, stripeId, facts));
  const notes = isNoted ? await work.billing.listCreditNotes(stripeId) : [];
  const intents = await intentsOf(work, facts.payments);
  return work.command((ctx) => applyInvoice(ctx, { facts, intents, notes }, link.objectId, ticket));
}

async function intentsOf(
  { provider }: MirrorWork,
  payments: readonly InvoicePaymentAtStripe[],
): Promise<ReadonlyMap<string, ProviderIntent>> {
  const intents = new Map<string, ProviderIntent>();
  for (const { intentId } of payments)
    if (intentId !== null && !intents.has(intentId))
      intents.set(intentId, await provider.retrieveIntent(intentId));
  return intents;
}

async function applyInvoice(
  ctx: CommandCtx,
  looked: LookedUpInvoice,
  subscriptionId: string,
  ticket: bigint,
): Promise<LookUpState> {
  const { facts } = looked;
  const subscription = await getSubscription(ctx, subscriptionId);
  const customer = await lockCustomer(ctx, subscription.customerId);
  const link = await linkOf(ctx, 'invoice', facts.id);
  if (!(await isNewest(ctx, 'invoice', facts.id, ticket))) return 'mirrored';
  const current = link === undefined ? undefined : await lockInvoice(ctx, link.objectId);
  const decision = decideMirroredInvoice({
    now: ctx.now,
    invoiceId: link?.objectId ?? ctx.newId(),
    customerId: customer.id,
    facts,
    current:
      current === undefined
        ? null
        : { status: current.status, totals: totalsOf(current, await mirroredNotesOf(ctx, current.id)) },
  });
  if (!decision.ok) return waits(ctx, looked, customer, decision.refusal);
  const { create, move, postings, events } = decision.value;
  if (create !== null) {
    if (await isNumberTaken(ctx, create.number)) {
      const detail = 'Another document here has the number of the invoice at Stripe.';
      return waits(ctx, looked, customer, { code: 'mirror.number_taken', detail, facts: {} });
    }
    const faceOf = await facesOf(ctx, facts, subscription);
    await insertMirroredInvoice(ctx, {
      document: create,
      facts,
      customerId: customer.id,
      buyer: customer,
      subscription,
      faceOf,
    });
    await putLink(ctx, 'invoice', { stripeId: facts.id, objectId: create.invoiceId });
  }
  const id = create?.invoiceId ?? link?.objectId;
  await post(ctx, postings);
  if (move !== null && id !== undefined) await moveMirroredInvoice(ctx, id, move);
  const isOld = isHistory(ctx, create);
  const told = isOld ? asHistory(ctx) : ctx;
  emitCoreEvents(told, events);
  const unfit = id === undefined || facts.status === 'void' ? null : await applyNotes(told, looked, id);
  // Given up there, no fact tells of it here; what is done about it ends all the same.
  if (move?.to === 'uncollectible') await followCustomers(ctx, [customer.id]);
  if (id !== undefined) await follow(told, looked, id, customer, isOld);
  if (unfit !== null) return waits(ctx, looked, customer, unfit);
  await settleCases(ctx, 'stripe.invoice_waiting', [caseSubject(facts.id)], 'It is followed now.');
  await noteLookUp(ctx, 'invoice', facts.id, { state: 'mirrored', reason: null });
  return 'mirrored';
}

/** Payments and failed tries; then whether both sides agree on what is left to pay. */
async function follow(
  ctx: CommandCtx,
  looked: LookedUpInvoice,
  id: string,
  customer: Customer,
  isOld: boolean,
): Promise<void> {
  const { facts } = looked;
  await setHostedUrl(ctx, id, facts.hostedUrl);
  await recordMirroredPayments(ctx, looked, id, customer.id);
  await recordFailedTry(ctx, looked, id, customer, isOld);
  const after = await findInvoice(ctx, id);
  if (after === undefined || facts.status !== 'paid' || after.status === 'paid') return;
  await openCase(ctx, {
    kind: 'stripe.invoice_differs',
    customerId: customer.id,
    subjectId: id,
    detail: 'Stripe says that the invoice is paid, and the payments that it names are less than is due.',
    facts: { stripe_id: facts.id, due_minor: `${after.dueMinor}` },
  });
}

/** An invoice that was there long before it came here: nobody is written to about it. */
function isHistory(ctx: CommandCtx, create: MirroredDocument | null): boolean {
  return create !== null && ctx.now - create.issuedAt > HISTORY_MS;
}

function asHistory(ctx: CommandCtx): CommandCtx {
  return {
    ...ctx,
    emit: (...events) =>
      ctx.emit(...events.map((event) => ({ ...event, payload: { ...event.payload, imported: true } }))),
  };
}

async function waits(
  ctx: CommandCtx,
  { facts }: LookedUpInvoice,
  customer: Customer,
  refusal: { code: string; detail: string; facts: object },
): Promise<LookUpState> {
  await openCase(ctx, {
    kind: 'stripe.invoice_waiting',
    customerId: customer.id,
    subjectId: caseSubject(facts.id),
    detail: refusal.detail,
    facts: { stripe_id: facts.id, code: refusal.code, ...refusal.facts },
  });
  await noteLookUp(ctx, 'invoice', facts.id, { state: 'waiting', reason: refusal.code });
  return 'waiting';
}

/** What is left of an invoice beside its credit notes, which took their part back already. */
function totalsOf(invoice: StoredInvoice, notes: readonly StoredMirroredNote[]) {
  const left = (totalMinor: bigint, part: 'netMinor' | 'taxMinor' | 'totalMinor') =>
    notes.reduce((sum, { isVoid, sums }) => (isVoid ? sum : sum - sums[part]), totalMinor);
  return {
    netMinor: left(invoice.subtotalMinor, 'netMinor'),
    taxMinor: left(invoice.taxMinor, 'taxMinor'),
    totalMinor: left(invoice.totalMinor, 'totalMinor'),
    balanceAppliedMinor: invoice.creditAppliedMinor,
  };
}

async function isNumberTaken(ctx: CommandCtx, number: string): Promise<boolean> {
  const row = await ctx.sql.row<{ found: boolean }>(
    'select exists (select 1 from invoices where tenant_id = $1 and number = $2) as found',
    [ctx.tenant.id, number],
  );
  return row?.found ?? false;
}

/** What each line is about here; one whose price nothing here stands for is about the plan alone. */
async function facesOf(
  ctx: CommandCtx,
  facts: InvoiceAtStripe,
  subscription: StoredSubscription,
): Promise<(priceId: string | null) => LineFace> {
  const priceIds = facts.lines.flatMap(({ priceId }) => priceId ?? []);
  const sold = await soldPrices(ctx, priceIds);
  const version = await getPlanVersion(ctx, subscription.planVersionId);
  return (priceId) => {
    const known = priceId === null ? undefined : sold.get(priceId);
    if (known === undefined) return { priceId: null, priceKey: '', planVersionId: version.id };
    return { priceId: known.price.id, priceKey: known.price.key, planVersionId: known.planVersionId };
  };
}
