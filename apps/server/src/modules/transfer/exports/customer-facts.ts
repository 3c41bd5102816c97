import type { QueryCtx } from '../../../platform/context.ts';

/** The rows of a table that name the customer, as the database writes them, without some columns. */
function rowsOf(table: string, without: readonly string[] = [], place = 'x.id::text'): string {
  const removed = ['tenant_id', ...without].map((column) => ` - '${column}'`).join('');
  return `select to_jsonb(x)${removed} as fact, ${place} as place from ${table} x where x.tenant_id = $1 and x.customer_id = $2`;
}

const FROZEN = ['canonical', 'content_sha256'];
const AT_PROVIDER = [
  'provider_object_id',
  'provider_charge_id',
  'idempotency_key',
  'lease_until',
  'lease_owner',
];
const PAGE = ['provider_session_id', 'url', 'success_url', 'cancel_url'];

/**
 * Everything that is kept about one customer, table by table. What would let somebody in or collect money is left out:
 * hashes of tokens and passwords, ids at payment providers.
 */
const TABLES: Readonly<Record<string, string>> = {
  customer: `select to_jsonb(x) - 'tenant_id' as fact, x.id::text as place from customers x where x.tenant_id = $1 and x.id = $2`,
  phones: rowsOf('customer_phones', [], 'x.number'),
  text_stops: `select to_jsonb(x) - 'tenant_id' as fact, x.number as place from text_stops x
    join customer_phones p on p.tenant_id = x.tenant_id and p.number = x.number where x.tenant_id = $1 and p.customer_id = $2`,
  members: `select jsonb_build_object('id', m.id, 'name', u.name, 'email', u.email, 'role', m.role, 'created_at', m.created_at) as fact,
    m.id::text as place
    from members m join member_user u on u.tenant_id = m.tenant_id and u.id = m.user_id where m.tenant_id = $1 and m.customer_id = $2`,
  invitations: rowsOf('member_invitations', ['token_hash']),
  vat_numbers: rowsOf('customer_vat_numbers', [], 'x.number'),
  tax_certificates: rowsOf('tax_certificates'),
  location_evidence: rowsOf('customer_location_evidence'),
  subscriptions: rowsOf('subscriptions'),
  subscription_discounts: rowsOf('subscription_discounts'),
  entitlement_overrides: rowsOf('entitlement_overrides'),
  entitlement_grants: rowsOf('entitlement_grants'),
  access_moves: rowsOf('access_moves'),
  invoices: rowsOf('invoices', [...FROZEN, 'pattern_id', 'pattern_names', 'pattern_buyer']),
  credit_notes: rowsOf('credit_notes', FROZEN),
  other_documents: rowsOf('customer_documents', ['content_sha256']),
  payments: rowsOf('payments', ['provider_object_id']),
  payment_attempts: rowsOf('payment_attempts', AT_PROVIDER),
  payment_tries: rowsOf('payment_tries', ['card_mark']),
  payment_requests: rowsOf('payment_requests'),
  payment_methods: rowsOf('payment_methods', ['provider_method_id', 'fingerprint']),
  checkouts: rowsOf('checkouts', PAGE),
  receipts: rowsOf('receipts', [], 'x.payment_id::text'),
  approvals: rowsOf('approvals'),
  disputes: rowsOf('disputes', ['provider_object_id']),
  dispute_files: rowsOf('dispute_files', []),
  dunning_runs: rowsOf('dunning_runs'),
  mails: `select jsonb_build_object('template', x.template, 'recipient', x.recipient, 'facts', x.facts, 'created_at', x.created_at,
    'sent_at', x.sent_at) as fact, x.id::text as place from mails x
    where x.tenant_id = $1 and x.customer_id = $2 and x.template <> 'staff.notice'`,
  texts: rowsOf('text_messages', ['provider_id', 'lease_until']),
  cases: rowsOf('cases'),
  bank_lines: rowsOf('bank_lines', ['fact_sha256']),
  credit_grants: rowsOf('credit_grants'),
  credit_entries: rowsOf('credit_entries'),
  credit_consumptions: rowsOf('credit_consumptions'),
  credit_purchases: rowsOf('credit_purchases'),
  credit_holds: rowsOf('credit_holds', [], "x.reservation_id::text || '/' || x.grant_id::text"),
  credit_marks: rowsOf('credit_marks', [], 'x.credit_type_id::text'),
  credit_reloads: rowsOf('credit_reloads', [], 'x.credit_type_id::text'),
  refund_accounts: rowsOf('refund_accounts', [], 'x.refund_id::text'),
  asked_refund_accounts: rowsOf('asked_refund_accounts', [], 'x.approval_id::text'),
  // All entries of a transaction name the customer whom the first names.
  ledger: `select to_jsonb(x) - 'tenant_id' as fact, x.transaction_id::text || '/' || lpad(x.position::text, 5, '0') as place
    from ledger_entries f join ledger_entries x on x.tenant_id = f.tenant_id and x.transaction_id = f.transaction_id
    where f.tenant_id = $1 and f.customer_id = $2 and f.position = 1`,
  usage_events: rowsOf(
    'usage_events',
    ['content_hash'],
    "to_char(x.time at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '/' || x.source || '/' || x.event_id || '/' || x.revision",
  ),
  usage_corrections: rowsOf('usage_corrections', ['content_hash']),
  usage_adjustments: rowsOf('usage_adjustments'),
  usage_warnings: rowsOf('usage_warnings'),
  usage_reservations: rowsOf('usage_reservations', ['held_for_subject']),
  files: rowsOf('files', ['storage_key']),
  audit: `select to_jsonb(x) - 'tenant_id' as fact, lpad(x.seq::text, 20, '0') as place from audit_log x
    where x.tenant_id = $1 and $2::uuid is not null and x.object_id = $3`,
};

/** Tables that name a customer and say nothing of them which another does not, with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  credit_allowance_due: 'when the next allowance falls due follows from the subscription',
  exports: 'work of ours on the facts themselves',
  erasures: 'proof of what was done with the facts themselves',
  legal_holds: 'the seller’s own legal cases',
  outbox: 'news of facts that stand in the other tables',
  provider_customers: 'ids at payment providers',
  tax_bookings: 'what stands on invoices and credit notes, as it was told to a provider of taxes',
  tax_quotes: 'questions to a provider of taxes; its answers stand on the invoices',
  stripe_meter_reports: 'copies of usage as it was reported',
  usage_burn_marks: 'work that is still to be done for events',
  usage_closings: 'derived from invoices',
  usage_counters: 'derived from events',
  usage_event_ids: 'derived from events',
  usage_line_readings: 'derived from events',
  usage_recounts: 'work that is still to be done for events',
  usage_rollups: 'derived from events',
  usage_subject_rollups: 'derived from events',
  usage_values: 'derived from events',
};

export const FACT_TABLES: readonly string[] = Object.keys(TABLES);

export type Fact = { fact: unknown; place: string };

/** The tables that the facts are read from. */
export const TABLES_READ: readonly string[] = Object.values(TABLES).flatMap((statement) =>
  [...statement.matchAll(/(?:from|join) ([a-z_]+)/g)].flatMap(([, table]) => table ?? []),
);

/** The facts of one table behind a place, at most `limit`, in the order of their places. */
export function factsAfter(
  ctx: QueryCtx,
  table: string,
  customer: { id: string; typeId: string },
  after: string,
  limit: number,
): Promise<Fact[]> {
  const statement = TABLES[table] ?? '';
  const usesTypeId = statement.includes('$3');
  const values: unknown[] = [ctx.tenant.id, customer.id, ...(usesTypeId ? [customer.typeId] : [])];
  const at = values.length + 1;
  return ctx.sql.rows<Fact>(
    `select * from (${statement}) f where f.place collate "C" > $${at}::text collate "C"
     order by f.place collate "C" limit $${at + 1}`,
    [...values, after, limit],
  );
}
