import { addMs, earlier, type Instant, MS_PER_DAY, MS_PER_SECOND } from '@billhook/core/time/instant';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type {
  ProviderPage,
  ProviderPayout,
  ProviderTransaction,
} from '../../modules/payments/provider-money.ts';
import type { PayPalCall } from './client.ts';
import { amountOf } from './money.ts';
import { instantOf } from './objects.ts';
import { list, type Members, members, text } from './read.ts';

const PAGE_SIZE = 500;
/** PayPal answers for 31 days at a time. */
const SPAN_MS = 31 * MS_PER_DAY;

type Search = { since: Instant; until: Instant; page: number };

const seconds = (at: Instant): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** One page of the movements in a span of 31 days at most; the end does not belong to it. */
export async function searchTransactions(
  call: PayPalCall,
  { since, until, page }: Search,
): Promise<{ infos: Members[]; pages: number }> {
  const query = new URLSearchParams({
    start_date: seconds(since),
    end_date: seconds(addMs(until, -MS_PER_SECOND)),
    fields: 'transaction_info',
    page_size: `${PAGE_SIZE}`,
    page: `${page}`,
  });
  const { body } = await call({ method: 'GET', path: `/v1/reporting/transactions?${query}` });
  const { total_pages: pages } = body;
  return {
    infos: list(body.transaction_details).map((one) => members(one.transaction_info)),
    pages: typeof pages === 'number' ? pages : 1,
  };
}

type Query = { since: Instant; until: Instant; cursor: string | null };

/** Every movement of the balance, and what went to the bank. */
export function transactions(
  call: PayPalCall,
): Required<Pick<PaymentProvider, 'listTransactions' | 'listPayouts'>> {
  return {
    async listTransactions(query) {
      // PayPal pays out by hand or by a sweep of the whole balance: no payout is made of named payments.
      if (query.payoutId !== undefined) return { items: [], cursor: null };
      return searchPage(call, query, transactionOf);
    },
    listPayouts: (query) => searchPage(call, query, payoutOf),
  };
}

/** Walks spans of 31 days, oldest first; the cursor says which span and which page of it comes next. */
async function searchPage<T>(
  call: PayPalCall,
  { since, until, cursor }: Query,
  read: (info: Members) => T | null,
): Promise<ProviderPage<T>> {
  const [span = 0, page = 1] = cursor === null ? [] : cursor.split(':').map(Number);
  const from = addMs(since, span * SPAN_MS);
  if (from >= until) return { items: [], cursor: null };
  const to = earlier(until, addMs(from, SPAN_MS));
  const { infos, pages } = await searchTransactions(call, { since: from, until: to, page });
  const items = infos.flatMap((info) => read(info) ?? []);
  if (page < pages) return { items, cursor: `${span}:${page + 1}` };
  return { items, cursor: to < until ? `${span + 1}:1` : null };
}

const KINDS: readonly (readonly [
  code: RegExp,
  kind: ProviderTransaction['kind'],
  back?: ProviderTransaction['kind'],
])[] = [
  // Fees that come back, with the payment that they were for as what they refer to.
  [/^T1108|^T1109/, 'fee', 'fee'],
  [/^T1107/, 'refund', 'refund_failure'],
  [/^T1106|^T1201|^T1110|^T1111|^T12/, 'dispute', 'dispute_reversal'],
  [/^T11/, 'charge_failure', 'adjustment'],
  [/^T04/, 'payout', 'payout_failure'],
  [/^T01/, 'fee', 'adjustment'],
  [/^T00/, 'charge', 'adjustment'],
];

function kindOf(code: string, grossMinor: bigint): ProviderTransaction['kind'] {
  const [, kind, back] = KINDS.find(([pattern]) => pattern.test(code)) ?? [/./, 'adjustment' as const];
  const isExpectedSign = kind === 'charge' ? grossMinor >= 0n : grossMinor <= 0n;
  return isExpectedSign ? kind : (back ?? kind);
}

/** What has happened; what waits or was refused has not moved the balance. */
function isBooked(info: Members): boolean {
  return info.transaction_status === 'S' || info.transaction_status === 'V';
}

function transactionOf(info: Members): ProviderTransaction | null {
  const id = text(info.transaction_id);
  const amount = amountOf(info.transaction_amount);
  const createdAt = instantOf(info.transaction_initiation_date);
  if (id === null || amount === null || createdAt === null || !isBooked(info)) return null;
  const fee = amountOf(info.fee_amount);
  const feeMinor = fee !== null && fee.currency === amount.currency ? -fee.amountMinor : 0n;
  const code = text(info.transaction_event_code) ?? '';
  const kind = kindOf(code, amount.amountMinor);
  const referred = info.paypal_reference_id_type === 'TXN' ? text(info.paypal_reference_id) : null;
  return {
    id,
    kind,
    grossMinor: amount.amountMinor,
    feeMinor,
    netMinor: amount.amountMinor - feeMinor,
    currency: amount.currency,
    createdAt,
    availableAt: createdAt,
    // What came back of a refund refers to that, not to the payment.
    sourceId: kind === 'refund_failure' ? (referred ?? id) : id,
    intentId: kind === 'charge' ? id : kind === 'refund_failure' ? null : referred,
    payoutId: kind === 'payout' || kind === 'payout_failure' ? id : null,
    description: text(info.transaction_subject) ?? (code === '' ? null : code),
  };
}

function payoutOf(info: Members): ProviderPayout | null {
  const one = transactionOf(info);
  if (one === null || one.kind !== 'payout') return null;
  return {
    id: one.id,
    status: 'paid',
    amountMinor: -one.grossMinor,
    currency: one.currency,
    createdAt: one.createdAt,
    arrivesAt: null,
    failureCode: null,
  };
}
