import { isoTime } from '../draft.ts';
import { invalid } from '../error.ts';
import { money } from '../money.ts';
import type { TransactionRecord } from '../records.ts';
import { type Call, get, type Route } from '../route.ts';

const DAY_MS = 86_400_000;
const MAX_SPAN_MS = 31 * DAY_MS;

export const reportingRoutes: readonly Route[] = [get('/v1/reporting/transactions', listTransactions)];

function listTransactions({ draft, query }: Call) {
  const [start, end] = [readTime(query, 'start_date'), readTime(query, 'end_date')];
  if (end < start) throw invalid('/end_date', 'INVALID_RESOURCE_ID', 'The end lies before the start.');
  if (end - start > MAX_SPAN_MS) {
    throw invalid('/end_date', 'INVALID_DATE_RANGE', 'The range may span 31 days at most.');
  }
  const transactionId = query.get('transaction_id');
  const found = draft
    .all('transaction')
    .filter(
      (one) =>
        one.createdMs >= start &&
        one.createdMs <= end &&
        (transactionId === null || one.id === transactionId),
    )
    .toSorted((left, right) => left.createdMs - right.createdMs);
  const size = Math.min(Math.max(Number(query.get('page_size') ?? 100), 1), 500);
  const page = Math.max(Number(query.get('page') ?? 1), 1);
  const shown = found.slice((page - 1) * size, page * size);
  return {
    ...(shown.length === 0 ? {} : { transaction_details: shown.map(detail) }),
    account_number: draft.settings.id.replaceAll(/\W|_/g, '').slice(0, 24).toUpperCase(),
    start_date: isoTime(start),
    end_date: isoTime(end),
    last_refreshed_datetime: isoTime(draft.nowMs),
    page,
    total_items: found.length,
    total_pages: Math.ceil(found.length / size),
    links: [{ href: `${draft.baseUrl}/v1/reporting/transactions?${query}`, rel: 'self', method: 'GET' }],
  };
}

function detail(one: TransactionRecord) {
  return {
    transaction_info: {
      transaction_id: one.id,
      transaction_event_code: one.code,
      transaction_initiation_date: isoTime(one.createdMs),
      transaction_updated_date: isoTime(one.createdMs),
      transaction_amount: money(one.amountMinor, one.currency),
      ...(one.feeMinor === 0 ? {} : { fee_amount: money(one.feeMinor, one.currency) }),
      transaction_status: one.status,
      ...(one.referenceId === null || one.referenceType === null
        ? {}
        : { paypal_reference_id: one.referenceId, paypal_reference_id_type: one.referenceType }),
      ...(one.customId === null ? {} : { custom_field: one.customId }),
      ...(one.invoiceId === null ? {} : { invoice_id: one.invoiceId }),
      protection_eligibility: '02',
    },
  };
}

function readTime(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
    : Number.NaN;
  if (Number.isNaN(at)) throw invalid(`/${name}`, 'INVALID_PARAMETER_SYNTAX', 'The time cannot be read.');
  return at;
}
