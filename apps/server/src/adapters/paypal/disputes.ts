import { type Instant, instant } from '@billhook/core/time/instant';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type {
  DisputeEvidence,
  EvidenceFile,
  ProviderDispute,
} from '../../modules/payments/provider-disputes.ts';
import type { PayPalCall } from './client.ts';
import { needAmount, unreadable } from './money.ts';
import { instantOf } from './objects.ts';
import { linkOf, list, type Members, text } from './read.ts';

const DISPUTES = '/v1/customer/disputes';
const PAGE_SIZE = 50;
const MAX_PAGES = 40;
const MAX_NOTE = 2_000;

/** Payments that a buyer asks back. */
export function disputes(
  call: PayPalCall,
): Required<Pick<PaymentProvider, 'retrieveDispute' | 'listDisputes' | 'submitEvidence'>> {
  const retrieve = async (id: string): Promise<ProviderDispute> =>
    disputeOf((await call({ method: 'GET', path: `${DISPUTES}/${encodeURIComponent(id)}` })).body);
  return {
    retrieveDispute: retrieve,
    async listDisputes(since) {
      const ids = await listIds(call, since);
      const found: ProviderDispute[] = [];
      // The list leaves out which payment a dispute is about.
      for (const id of ids) found.push(await retrieve(id));
      return found.toSorted((left, right) => left.createdAt - right.createdAt);
    },
    async submitEvidence(id, evidence, files) {
      const before = await retrieve(id);
      // Evidence is taken once: PayPal knows no key here, so its state says whether this was done before.
      if (before.status !== 'needs_response') return before;
      const form = new FormData();
      const named = files.map((file) => ({ ...file, name: documentName(file) }));
      const documents = named.map(({ name }) => ({ name }));
      const one = { evidence_type: 'OTHER', notes: notesOf(evidence) };
      const input = { evidences: [documents.length === 0 ? one : { ...one, documents }] };
      form.set('input', new Blob([JSON.stringify(input)], { type: 'application/json' }));
      for (const [at, { name, contentType, bytes }] of named.entries())
        form.set(`file${at + 1}`, new Blob([new Uint8Array(bytes)], { type: contentType }), name);
      await call({
        method: 'POST',
        path: `${DISPUTES}/${encodeURIComponent(id)}/provide-evidence`,
        body: form,
      });
      return retrieve(id);
    },
  };
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
};

/** PayPal tells the type of a file by its ending and what it shows by its name; both are what we know of it. */
function documentName({ kind, contentType }: EvidenceFile): string {
  return `${kind}.${ENDINGS[contentType] ?? 'pdf'}`;
}

async function listIds(call: PayPalCall, since: Instant): Promise<string[]> {
  const ids: string[] = [];
  const query = new URLSearchParams({ start_time: isoMs(since), page_size: `${PAGE_SIZE}` });
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { body } = await call({ method: 'GET', path: `${DISPUTES}?${query}` });
    ids.push(...list(body.items).flatMap((one) => text(one.dispute_id) ?? []));
    // Of the address of the next page only its mark is used: no answer says where we send a token to.
    const next = linkOf(body, 'next');
    const mark = next === null ? null : new URL(next).searchParams.get('next_page_token');
    if (mark === null) break;
    query.set('next_page_token', mark);
  }
  return ids;
}

const isoMs = (at: Instant): string => new Date(at).toISOString();

function disputeOf(dispute: Members): ProviderDispute {
  const id = text(dispute.dispute_id);
  const amount = needAmount(dispute.dispute_amount);
  const createdAt = instantOf(dispute.create_time);
  if (id === null || createdAt === null) throw unreadable('the dispute');
  const [transaction] = list(dispute.disputed_transactions);
  const captureId = text(transaction?.seller_transaction_id);
  const status = statusOf(dispute);
  return {
    id,
    intentId: captureId,
    chargeId: captureId,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    reason: (text(dispute.reason) ?? 'OTHER').toLowerCase(),
    status,
    evidenceDueAt:
      status === 'needs_response' || status === 'warning'
        ? instantOf(dispute.seller_response_due_date)
        : null,
    feeMinor: 0n,
    // The amount is held from the day on that a buyer's question becomes a claim.
    withdrawnMinor: status === 'won' || status === 'warning' ? 0n : amount.amountMinor,
    createdAt: instant(createdAt),
  };
}

const SELLER_WON: ReadonlySet<string> = new Set(['RESOLVED_SELLER_FAVOUR', 'CANCELED_BY_BUYER', 'DENIED']);

function statusOf(dispute: Members): ProviderDispute['status'] {
  if (dispute.status === 'RESOLVED') {
    const outcome = text((dispute.dispute_outcome as Members | undefined)?.outcome_code);
    return outcome !== null && SELLER_WON.has(outcome) ? 'won' : 'lost';
  }
  if (dispute.dispute_life_cycle_stage === 'INQUIRY') return 'warning';
  return dispute.status === 'WAITING_FOR_SELLER_RESPONSE' ? 'needs_response' : 'under_review';
}

const LABELS: readonly (readonly [keyof DisputeEvidence, string])[] = [
  ['text', ''],
  ['productDescription', 'Product: '],
  ['serviceDate', 'Given: '],
  ['accessLog', 'Use: '],
  ['customerName', 'Customer: '],
  ['customerEmail', 'E-mail: '],
  ['customerIp', 'Address on the net: '],
  ['billingAddress', 'Billing address: '],
  ['cancellationPolicy', 'Cancellation: '],
  ['refundPolicy', 'Refunds: '],
];

/** PayPal takes words, the most telling first, in 2,000 letters. */
function notesOf(evidence: DisputeEvidence): string {
  const lines = LABELS.flatMap(([name, label]) => {
    const value = evidence[name];
    return value === null ? [] : [`${label}${value}`];
  });
  return lines.join('\n').slice(0, MAX_NOTE) || 'The service was given as agreed.';
}
