import { afterVoid } from '@billhook/core/invoicing/documents/decide-void';
import { closePage, unfinishedOfInvoice } from '../modules/checkout/api.ts';
import { getCustomer, lockCustomer } from '../modules/customers/api.ts';
import {
  decideTaxed,
  findInvoice,
  linesOf,
  loadBilling,
  TaxQuoteNeeded,
  unpaidOf,
  type VoidInput,
  voidInvoice,
} from '../modules/invoicing/api.ts';
import {
  cancelPlanned,
  customersWithMethod,
  isCollecting,
  lockAttemptsOf,
  ProviderFault,
  type Providers,
} from '../modules/payments/api.ts';
import { applySubscriptionChanges, loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { applyBilling } from './apply-billing.ts';
import { emitCoreEvents, settleCredit } from './apply-decision.ts';
import { toBill } from './bill-due.ts';
import { completeCheckout } from './complete-checkout.ts';

/** More rounds than this mean that the customer opens pages all the time. */
const MAX_ROUNDS = 5;

type Deps = { transactor: Transactor; providers: Providers };
type Request = { tenantId: number; actor: Actor; requestId: string | null };
type Pages = Awaited<ReturnType<typeof unfinishedOfInvoice>>;

/**
 * Voids an invoice that nobody can pay any more: its payment page is closed at the provider first, and a page that was
 * paid in its last moment pays the invoice instead. Refusals beside those of `voidInvoice`:
 * `invoice.collection_running`, `provider.unavailable`.
 */
export async function voidUnpaidInvoice(deps: Deps, request: Request, input: VoidInput): Promise<void> {
  await voidAndThen(deps, request, input, async () => undefined);
}

/**
 * Voids an invoice unless a payment of it or a payment page is under way; false then. For those who may come back later.
 */
export async function voidIfQuiet(ctx: CommandCtx, input: VoidInput): Promise<boolean> {
  if (await isCollecting(ctx, input.invoiceId)) return false;
  return 'value' in (await voidOrNamePages(ctx, input, async () => undefined));
}

/**
 * Voids an invoice and bills what it billed once more, by the facts and settings of now, in one transaction. Answers the
 * id of the new invoice, or null where nothing is to be billed any more. Refusals beside those of voiding:
 * `debit_note.not_reissued`, `customer.parked`, `billing.refused`.
 */
export async function reissueInvoice(
  deps: Deps,
  request: Request,
  input: Omit<VoidInput, 'periods'>,
): Promise<string | null> {
  const seen = await deps.transactor.query(request, (ctx) => findInvoice(ctx, input.invoiceId));
  if (seen?.raisesInvoiceId != null)
    return refuse('debit_note.not_reissued', `${seen.number} is a debit note. Void it and write another.`);
  const invoice = { ...input, periods: 'bill_again' } as const;
  return voidAndThen(deps, request, invoice, (ctx) => billAgain(ctx, input.invoiceId));
}

async function voidAndThen<T>(
  deps: Deps,
  request: Request,
  input: VoidInput,
  after: (ctx: CommandCtx) => Promise<T>,
): Promise<T> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const done = await deps.transactor.command(request, (ctx) => voidOrNamePages(ctx, input, after));
    if ('value' in done) return done.value;
    const { pages } = done;
    try {
      for (const page of pages) {
        const provider = await deps.providers.of(request.tenantId, page.provider);
        await closePage({ ...deps, complete: completeCheckout }, request, provider, page);
      }
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      refuse(
        'provider.unavailable',
        'The payment page of this invoice could not be closed. Nothing was voided.',
      );
    }
  }
  return refuse('invoice.collection_running', 'The customer keeps opening payment pages for this invoice.');
}

/** Bills the subscriptions of a voided invoice up to now, on an invoice that takes its place. */
async function billAgain(ctx: CommandCtx, voidedId: string): Promise<string | null> {
  const lines = await linesOf(ctx, [voidedId]);
  const ids = new Set(lines.map((line) => line.subscriptionId));
  const subscriptions = await loadSubscriptionsForBilling(ctx, [...ids]);
  const [first] = subscriptions;
  if (first === undefined) return null;
  const customer = await getCustomer(ctx, first.customerId);
  if (customer.parkedAt !== null) return refuse('customer.parked', 'Billing of this customer is stopped.');
  const methods = await customersWithMethod(ctx, [customer.id]);
  const claimed = toBill(customer, subscriptions);
  const hasPaymentMethod = claimed.collection === 'manual' || methods.has(customer.id);
  const [input] = await loadBilling(ctx, [{ ...claimed, hasPaymentMethod }], ctx.now, () => ctx.newId());
  if (input === undefined) return null;
  const again = { customer, input: { ...input, replacesInvoiceId: voidedId } };
  const [taxed] = await decideTaxed(ctx, [again]);
  if (taxed?.kind === 'waits' && !taxed.isAsked) throw new TaxQuoteNeeded([taxed.question]);
  if (taxed?.kind !== 'decided')
    return refuse('billing.refused', 'The provider of taxes does not answer. Nothing was changed.', {
      facts: { reason: 'tax.provider_away' },
    });
  const decision = taxed.result;
  if (!decision.ok) {
    const { code, detail, facts } = decision.refusal;
    return refuse('billing.refused', `${detail} Nothing was changed.`, { facts: { reason: code, ...facts } });
  }
  await applyBilling(ctx, [{ ...claimed, decision: decision.value }]);
  return decision.value.invoice?.id ?? null;
}

/** What failed by the invoice alone is past due no more, and what has ended is billed again as well. */
async function followVoid(
  ctx: CommandCtx,
  invoiceId: string,
  unpaid: Awaited<ReturnType<typeof unpaidOf>>,
): Promise<void> {
  const own = unpaid.find(({ id }) => id === invoiceId)?.subscriptionIds ?? [];
  const { changes, events } = afterVoid({
    now: ctx.now,
    invoiceId,
    subscriptions: await loadSubscriptionsForBilling(ctx, own),
    unpaid: unpaid.map(({ dueMinor, ...one }) => ({ ...one, remainingMinor: dueMinor })),
  });
  await applySubscriptionChanges(ctx, changes);
  emitCoreEvents(ctx, events);
}

/** The pages that are in the way; or what came of it, once the invoice is void. */
async function voidOrNamePages<T>(
  ctx: CommandCtx,
  input: VoidInput,
  after: (ctx: CommandCtx) => Promise<T>,
): Promise<{ pages: Pages } | { value: T }> {
  const seen = await findInvoice(ctx, input.invoiceId);
  if (seen === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  await lockCustomer(ctx, seen.customerId);
  // Whoever sends tries holds them, not the customer: a try that is being claimed is seen as sent.
  await lockAttemptsOf(ctx, input.invoiceId);
  if (await isCollecting(ctx, input.invoiceId)) {
    refuse('invoice.collection_running', `A payment of ${seen.number} is under way.`);
  }
  const pages = await unfinishedOfInvoice(ctx, input.invoiceId);
  if (pages.length > 0) return { pages };
  const unpaid = await unpaidOf(ctx, seen.customerId, seen.currency);
  const { returnedMinor } = await voidInvoice(ctx, input);
  await cancelPlanned(ctx, input.invoiceId);
  await followVoid(ctx, input.invoiceId, unpaid);
  const value = await after(ctx);
  if (returnedMinor > 0n) await settleCredit(ctx, seen, { type: 'invoice', id: input.invoiceId });
  return { value };
}
