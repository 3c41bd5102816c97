import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { ProviderPayout, ProviderTransaction } from '../../modules/payments/provider-money.ts';
import type { Call } from './clients.ts';
import { idOf } from './objects.ts';

const PAGE = 100;

const seconds = (at: number): number => Math.floor(at / 1000);

/** Every movement of the balance, and what went to the bank. */
export function money(call: Call): Required<Pick<PaymentProvider, 'listTransactions' | 'listPayouts'>> {
  return {
    listTransactions: ({ since, until, cursor, payoutId }) =>
      call(async (stripe) => {
        const page = await stripe.balanceTransactions.list({
          created: { gte: seconds(since), lt: seconds(until) },
          limit: PAGE,
          expand: ['data.source'],
          ...(payoutId === undefined ? {} : { payout: payoutId }),
          ...(cursor === null ? {} : { starting_after: cursor }),
        });
        return pageOf(page, (one) => transactionOf(one, payoutId ?? null));
      }),
    listPayouts: ({ since, until, cursor }) =>
      call(async (stripe) => {
        const page = await stripe.payouts.list({
          created: { gte: seconds(since), lt: seconds(until) },
          limit: PAGE,
          ...(cursor === null ? {} : { starting_after: cursor }),
        });
        return pageOf(page, payoutOf);
      }),
  };
}

function pageOf<T extends { id: string }, R>(
  page: { data: T[]; has_more: boolean },
  read: (one: T) => R,
): { items: R[]; cursor: string | null } {
  return { items: page.data.map(read), cursor: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
}

function transactionOf(one: Stripe.BalanceTransaction, payoutId: string | null): ProviderTransaction {
  const sourceId = idOf(one.source);
  const kind = kindOf(one, sourceId);
  const payment =
    typeof one.source === 'object' && one.source !== null && 'payment_intent' in one.source
      ? one.source.payment_intent
      : null;
  return {
    id: one.id,
    kind,
    grossMinor: BigInt(one.amount),
    feeMinor: BigInt(one.fee),
    netMinor: BigInt(one.net),
    currency: one.currency.toUpperCase(),
    createdAt: instant(one.created * 1000),
    availableAt: instant(one.available_on * 1000),
    sourceId,
    intentId: idOf(payment),
    payoutId: payoutId ?? (kind === 'payout' || kind === 'payout_failure' ? sourceId : null),
    description: one.description,
  };
}

const KINDS: Readonly<Record<string, ProviderTransaction['kind']>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  // A debit that the bank took back after it had counted as paid.
  payment_failure_refund: 'charge_failure',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
  payout: 'payout',
  payout_cancel: 'payout_failure',
  payout_failure: 'payout_failure',
};

function kindOf(one: Stripe.BalanceTransaction, sourceId: string | null): ProviderTransaction['kind'] {
  const isDispute = sourceId !== null && /^(?:dp|du)_/.test(sourceId);
  if (isDispute) return one.amount < 0 ? 'dispute' : 'dispute_reversal';
  return KINDS[one.type] ?? 'adjustment';
}

function payoutOf(payout: Stripe.Payout): ProviderPayout {
  return {
    id: payout.id,
    status: payoutStatus(payout.status),
    amountMinor: BigInt(payout.amount),
    currency: payout.currency.toUpperCase(),
    createdAt: instant(payout.created * 1000),
    arrivesAt: instant(payout.arrival_date * 1000),
    failureCode: payout.failure_code,
  };
}

function payoutStatus(status: string): ProviderPayout['status'] {
  switch (status) {
    case 'paid':
    case 'failed':
    case 'canceled':
    case 'in_transit':
      return status;
    default:
      return 'pending';
  }
}
