import { bookDispute } from '../charge.ts';
import type { Draft } from '../draft.ts';
import { invalid, notFound, unprocessable } from '../error.ts';
import { disputeResource, showDispute, summarizeDispute } from '../present.ts';
import type { DisputeRecord } from '../records.ts';
import { type Call, get, post, type Route, reading } from '../route.ts';

const DAY_MS = 86_400_000;
/** How long a seller has to answer a claim. */
const ANSWER_MS = 10 * DAY_MS;

export const disputeRoutes: readonly Route[] = [
  get('/v1/customer/disputes', listDisputes),
  get('/v1/customer/disputes/:id', ({ draft, id }) => showDispute(draft, findDispute(draft, id))),
  post('/v1/customer/disputes/:id/provide-evidence', null, provideEvidence),
  post('/v1/customer/disputes/:id/accept-claim', null, ({ draft, id, body }) => {
    const dispute = awaitingSeller(draft, id);
    reading(body, (fields) =>
      fields.pass('note', 'accept_claim_reason', 'accept_claim_type', 'refund_amount', 'invoice_id'),
    );
    resolve(draft, dispute, 'ACCEPTED');
    return { status: 200, body: answered(draft, id) };
  }),
];

function findDispute(draft: Draft, id: string): DisputeRecord {
  const dispute = draft.get('dispute', id);
  if (dispute === undefined) throw notFound();
  return dispute;
}

function awaitingSeller(draft: Draft, id: string): DisputeRecord {
  const dispute = findDispute(draft, id);
  if (dispute.status === 'WAITING_FOR_SELLER_RESPONSE') return dispute;
  throw unprocessable(
    'ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE',
    'The dispute does not wait for the seller.',
  );
}

const answered = (draft: Draft, id: string) => ({
  links: [{ href: `${draft.baseUrl}/v1/customer/disputes/${id}`, rel: 'self', method: 'GET' }],
});

function provideEvidence({ draft, id, body, files }: Call) {
  const dispute = awaitingSeller(draft, id);
  const evidences = reading(body, (fields) => {
    fields.pass('return_shipping_address');
    return fields.list('evidences').map((one) => {
      one.pass('evidence_info', 'item_id');
      const given = one.has('documents') ? one.list('documents') : [];
      const named = given.map((document) => document.need('name', 2000, /./));
      const lost = named.find((name) => !files.includes(name));
      if (lost !== undefined)
        throw invalid(
          '/evidences/0/documents',
          'INVALID_DOCUMENT',
          `No part of the request is the file ${lost}.`,
        );
      return {
        type: one.need('evidence_type', 255, /^[0-9A-Z_]+$/),
        notes: one.text('notes', 2000),
        documents: named.length > 0 ? named : files,
      };
    });
  });
  const after = draft.put('dispute', {
    ...dispute,
    evidences: [...dispute.evidences, ...evidences],
    status: 'UNDER_REVIEW',
    sellerDueMs: null,
    updatedMs: draft.nowMs,
  });
  draft.emit('CUSTOMER.DISPUTE.UPDATED', 'A dispute was updated.', disputeResource(draft, after));
  return { status: 200, body: answered(draft, id) };
}

function listDisputes({ draft, query }: Call) {
  const time = (name: string): number | null => {
    const text = query.get(name);
    if (text === null) return null;
    const at = Date.parse(text);
    if (Number.isNaN(at)) throw invalid(`/${name}`, 'INVALID_PARAMETER_SYNTAX', 'The time cannot be read.');
    return at;
  };
  const [since, updatedSince] = [time('start_time'), time('update_time_after')];
  const captureId = query.get('disputed_transaction_id');
  const found = draft
    .all('dispute')
    .filter(
      (one) =>
        (since === null || one.createdMs >= since) &&
        (updatedSince === null || one.updatedMs >= updatedSince) &&
        (captureId === null || one.captureId === captureId),
    );
  const size = Math.min(Math.max(Number(query.get('page_size') ?? 10), 1), 50);
  const start = Number(query.get('next_page_token') ?? 0);
  const shown = found.slice(start, start + size);
  const url = (from: number) => {
    const next = new URLSearchParams(query);
    if (from > 0) next.set('next_page_token', String(from));
    return `${draft.baseUrl}/v1/customer/disputes?${next}`;
  };
  return {
    ...(shown.length === 0 ? {} : { items: shown.map((one) => summarizeDispute(draft, one)) }),
    links: [
      { href: url(start), rel: 'self', method: 'GET' },
      ...(start + size < found.length ? [{ href: url(start + size), rel: 'next', method: 'GET' }] : []),
    ],
  };
}

/** Opens a dispute about a capture, as a buyer would: the amount is held at once. */
export function openDispute(draft: Draft, captureId: string, reason: string): DisputeRecord {
  const taken = draft.get('capture', captureId);
  if (taken === undefined) throw notFound();
  const dispute = draft.put('dispute', {
    id: `PP-D-${draft.id().replaceAll(/\D/g, '').padEnd(6, '0').slice(0, 6)}${draft.id().slice(0, 6)}`,
    createdMs: draft.nowMs,
    updatedMs: draft.nowMs,
    captureId,
    currency: taken.currency,
    amountMinor: taken.amountMinor - taken.refundedMinor,
    reason,
    status: 'WAITING_FOR_SELLER_RESPONSE',
    stage: 'CHARGEBACK',
    sellerDueMs: draft.nowMs + ANSWER_MS,
    outcome: null,
    evidences: [],
  });
  bookDispute(draft, dispute, true);
  draft.emit('CUSTOMER.DISPUTE.CREATED', 'A new dispute opened.', disputeResource(draft, dispute));
  return dispute;
}

/** Ends a dispute; what was held goes back to the seller who won it. */
export function resolve(
  draft: Draft,
  dispute: DisputeRecord,
  outcome: NonNullable<DisputeRecord['outcome']>,
): DisputeRecord {
  if (dispute.status === 'RESOLVED') return dispute;
  const after = draft.put('dispute', {
    ...dispute,
    status: 'RESOLVED',
    outcome,
    sellerDueMs: null,
    updatedMs: draft.nowMs,
  });
  if (outcome === 'RESOLVED_SELLER_FAVOUR' || outcome === 'CANCELED_BY_BUYER')
    bookDispute(draft, after, false);
  draft.emit('CUSTOMER.DISPUTE.RESOLVED', 'A dispute was resolved.', disputeResource(draft, after));
  return after;
}

/** Claims that the seller did not answer in time go to the buyer. True when there was one. */
export function resolveOverdue(draft: Draft): boolean {
  let isChanged = false;
  for (const one of draft.all('dispute')) {
    if (one.sellerDueMs === null || one.sellerDueMs > draft.nowMs) continue;
    isChanged = true;
    resolve(draft, one, 'RESOLVED_BUYER_FAVOUR');
  }
  return isChanged;
}
