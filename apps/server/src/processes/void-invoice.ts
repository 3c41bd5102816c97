import { closePage, unfinishedOfInvoice } from '../modules/checkout/api.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import { findInvoice, type VoidInput, voidInvoice } from '../modules/invoicing/api.ts';
import {
  cancelPlanned,
  isCollecting,
  lockAttemptsOf,
  ProviderFault,
  type Providers,
} from '../modules/payments/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { settleCredit } from './apply-decision.ts';
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
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const pages = await deps.transactor.command(request, (ctx) => voidOrNamePages(ctx, input));
    if (pages.length === 0) return;
    try {
      const provider = await deps.providers.of(request.tenantId);
      for (const page of pages) {
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
  refuse('invoice.collection_running', 'The customer keeps opening payment pages for this invoice.');
}

/** The pages that are in the way; none, once the invoice is void. */
async function voidOrNamePages(ctx: CommandCtx, input: VoidInput): Promise<Pages> {
  const seen = await findInvoice(ctx, input.invoiceId);
  if (seen === undefined) return refuse('invoice.not_found', 'There is no such invoice.');
  await lockCustomer(ctx, seen.customerId);
  // Whoever sends tries holds them, not the customer: a try that is being claimed is seen as sent.
  await lockAttemptsOf(ctx, input.invoiceId);
  if (await isCollecting(ctx, input.invoiceId)) {
    refuse('invoice.collection_running', `A payment of ${seen.number} is under way.`);
  }
  const pages = await unfinishedOfInvoice(ctx, input.invoiceId);
  if (pages.length > 0) return pages;
  const { returnedMinor } = await voidInvoice(ctx, input);
  await cancelPlanned(ctx, input.invoiceId);
  if (returnedMinor > 0n) await settleCredit(ctx, seen.customerId, { type: 'invoice', id: input.invoiceId });
  return [];
}
