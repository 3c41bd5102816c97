/** What a person reads when rows of a table go or stay. */
export type Topic =
  | 'profile'
  | 'people'
  | 'messages'
  | 'payment_methods'
  | 'payment_traces'
  | 'usage'
  | 'rights'
  | 'files'
  | 'provider'
  | 'documents'
  | 'books'
  | 'contracts'
  | 'audit';

/** Rows are deleted, or their personal columns replaced; `where` speaks of one row `x`. */
type Gone = { topic: Topic; where?: string; also?: never };
export type Decision =
  | ({ verdict: 'erased' } & Gone)
  | ({ verdict: 'anonymised'; set: Readonly<Record<string, string>> } & Gone)
  | { verdict: 'kept'; topic: Topic; reason: string; where?: string };

/** $1 tenant, $2 customer, $3 now, $4 the customer's id as the outside knows it, $5 what marks messages about it. */
const OF_CUSTOMER = 'x.tenant_id = $1 and x.customer_id = $2';
const OF_INVOICE =
  'x.tenant_id = $1 and x.invoice_id in (select i.id from invoices i where i.tenant_id = $1 and i.customer_id = $2)';
const OF_NOTE =
  'x.tenant_id = $1 and x.credit_note_id in (select n.id from credit_notes n where n.tenant_id = $1 and n.customer_id = $2)';
const OF_MEMBER = `x.tenant_id = $1 and exists (select from members m where m.tenant_id = $1 and m.customer_id = $2
  and m.user_id = x."userId") and not exists (select from members o where o.tenant_id = $1 and o.user_id = x."userId"
  and o.customer_id <> $2)`;

export const whereOf = (decision: Decision): string => decision.where ?? OF_CUSTOMER;

const LAW = 'The law has them kept.';

/**
 * What becomes of each table that says anything of a customer, in the order in which the pieces are done: who could sign
 * in goes first, the profile last, since other tables are found by it.
 */
export const DECISIONS: Readonly<Record<string, Decision>> = {
  member_session: { verdict: 'erased', topic: 'people', where: OF_MEMBER },
  member_account: { verdict: 'erased', topic: 'people', where: OF_MEMBER },
  member_verification: {
    verdict: 'erased',
    topic: 'people',
    where: `x.tenant_id = $1 and exists (select from members m join member_user u on u.tenant_id = m.tenant_id and u.id = m.user_id
      where m.tenant_id = $1 and m.customer_id = $2
        and (position(u.email in x.identifier) > 0 or position(u.email in x.value) > 0 or position(u.id in x.value) > 0))`,
  },
  member_invitations: { verdict: 'erased', topic: 'people' },
  // Members go with the users that are of no other customer: a row of one needs the other.
  members: { verdict: 'erased', topic: 'people' },
  member_user: {
    verdict: 'erased',
    topic: 'people',
    where: `x.tenant_id = $1 and x.id = any ($5::text[])
      and not exists (select from members m where m.tenant_id = $1 and m.user_id = x.id)`,
  },
  mails: { verdict: 'erased', topic: 'messages' },
  outbox: {
    verdict: 'anonymised',
    topic: 'messages',
    set: { payload: `'{}'::jsonb` },
    where: `${OF_CUSTOMER} and x.dispatched_at is not null and x.type !~ '^(subscription|invoice|credit_note|usage|entitlement)[.]'`,
  },
  idempotency_keys: {
    verdict: 'erased',
    topic: 'messages',
    where:
      'x.tenant_id = $1 and exists (select from unnest($5::text[]) mark where position(mark in x.body) > 0)',
  },
  provider_events: {
    verdict: 'anonymised',
    topic: 'provider',
    set: { body: `'{}'::bytea`, headers: `'{}'::jsonb`, replayable: 'false' },
    where: `x.tenant_id = $1 and x.state <> 'stored' and x.id in (select m.event_id from provider_event_marks m
      where m.tenant_id = $1 and m.mark = any ((select app.marks_sought($5::text[]))::bytea[]))`,
  },
  stripe_links: {
    verdict: 'erased',
    topic: 'provider',
    where: 'x.tenant_id = $1 and x.object_id = $2',
  },
  payment_methods: {
    verdict: 'anonymised',
    topic: 'payment_methods',
    set: {
      provider_method_id: `'erased:' || x.id::text`,
      brand: `case when x.kind = 'card' then 'erased' end`,
      last4: `case when x.kind = 'card' then '0000' end`,
      exp_month: `case when x.kind = 'card' then 1 end`,
      exp_year: `case when x.kind = 'card' then 2000 end`,
      wallet: 'null',
      label: 'null',
      fingerprint: 'null',
      country: 'null',
      mandate_reference: 'null',
      mandate_url: 'null',
      is_default: 'false',
      is_backup: 'false',
      expiry_warn_at: 'null',
      removed_at: 'coalesce(x.removed_at, $3)',
      detach_at: 'null',
    },
  },
  customer_phones: { verdict: 'erased', topic: 'profile' },
  text_messages: { verdict: 'erased', topic: 'messages' },
  payment_tries: { verdict: 'erased', topic: 'payment_traces' },
  refund_accounts: { verdict: 'erased', topic: 'payment_traces' },
  asked_refund_accounts: { verdict: 'erased', topic: 'payment_traces' },
  checkouts: {
    verdict: 'anonymised',
    topic: 'payment_traces',
    set: {
      url: 'null',
      success_url: `'https://erased.invalid/'`,
      cancel_url: `'https://erased.invalid/'`,
    },
  },
  disputes: {
    verdict: 'anonymised',
    topic: 'payment_traces',
    set: { evidence: 'null' },
  },
  dispute_files: { verdict: 'erased', topic: 'payment_traces' },
  document_deliveries: {
    verdict: 'anonymised',
    topic: 'messages',
    set: { recipient: `'erased ' || x.id::text`, detail: 'null' },
    where: `((${OF_INVOICE}) or (${OF_NOTE}))`,
  },
  cases: {
    verdict: 'anonymised',
    topic: 'messages',
    set: {
      detail: `'Erased with the customer.'`,
      facts: `'{}'::jsonb`,
      closed_at: 'coalesce(x.closed_at, $3)',
    },
  },
  entitlement_overrides: {
    verdict: 'anonymised',
    topic: 'rights',
    set: {
      reason: `'Erased'`,
      removed_reason: `case when x.removed_at is not null then 'Erased' end`,
    },
  },
  entitlement_grants: {
    verdict: 'anonymised',
    topic: 'rights',
    set: {
      reason: `'Erased'`,
      revoked_reason: `case when x.revoked_at is not null then 'Erased' end`,
    },
  },
  subscriptions: { verdict: 'anonymised', topic: 'contracts', set: { metadata: `'{}'::jsonb` } },
  usage_reservations: { verdict: 'erased', topic: 'usage' },
  usage_counters: { verdict: 'erased', topic: 'usage' },
  usage_warnings: { verdict: 'erased', topic: 'usage' },
  usage_burn_marks: { verdict: 'erased', topic: 'usage' },
  usage_recounts: { verdict: 'erased', topic: 'usage' },
  usage_corrections: { verdict: 'erased', topic: 'usage' },
  usage_subject_rollups: { verdict: 'erased', topic: 'usage' },
  usage_rollups: { verdict: 'erased', topic: 'usage' },
  usage_values: { verdict: 'erased', topic: 'usage' },
  usage_events: { verdict: 'erased', topic: 'usage' },
  usage_event_ids: { verdict: 'erased', topic: 'usage' },
  usage_quarantine: {
    verdict: 'erased',
    topic: 'usage',
    where: `x.tenant_id = $1 and (x.subject = $4 or x.subject = (select c.external_id from customers c
      where c.tenant_id = $1 and c.id = $2))`,
  },
  exports: {
    verdict: 'anonymised',
    topic: 'files',
    set: {
      state: `case when x.state in ('queued', 'running') then 'canceled' else x.state end`,
      expires_at: `case when x.state in ('queued', 'running', 'done') then least(x.expires_at, $3) else x.expires_at end`,
    },
  },
  import_lines: {
    verdict: 'anonymised',
    topic: 'files',
    set: { external_id: 'null', fields: `'[]'::jsonb`, reasons: `'[]'::jsonb` },
    where: 'x.tenant_id = $1 and x.object_id = $2',
  },
  files: {
    verdict: 'anonymised',
    topic: 'files',
    set: { name: `'erased'` },
    where: `${OF_CUSTOMER} and x.purpose not in ('invoice_pdf', 'tax_certificate')`,
  },
  // What an invoice rested on proves why no tax was charged; what nobody accepted proves nothing.
  tax_certificates: {
    verdict: 'anonymised',
    topic: 'profile',
    set: { number: 'null', why: 'null', file_id: 'null', notice_at: 'null' },
    where: `${OF_CUSTOMER} and x.decision in ('to_check', 'refused')`,
  },
  customer_vat_numbers: { verdict: 'erased', topic: 'profile' },
  customer_location_evidence: { verdict: 'erased', topic: 'profile' },
  provider_customers: { verdict: 'erased', topic: 'provider' },
  customers: {
    verdict: 'anonymised',
    topic: 'profile',
    set: {
      external_id: 'null',
      name: `'Erased customer'`,
      email: 'null',
      address: `'{}'::jsonb`,
      tax_id: 'null',
      e_invoice: `'{}'::jsonb`,
      metadata: `'{}'::jsonb`,
    },
    where: 'x.tenant_id = $1 and x.id = $2',
  },
  invoices: { verdict: 'kept', topic: 'documents', reason: LAW },
  invoice_lines: { verdict: 'kept', topic: 'documents', reason: LAW, where: OF_INVOICE },
  credit_notes: { verdict: 'kept', topic: 'documents', reason: LAW },
  credit_note_lines: { verdict: 'kept', topic: 'documents', reason: LAW, where: OF_NOTE },
  e_invoices: {
    verdict: 'kept',
    topic: 'documents',
    reason: LAW,
    where: `((${OF_INVOICE}) or (${OF_NOTE}))`,
  },
  receipts: { verdict: 'kept', topic: 'documents', reason: LAW },
  customer_documents: { verdict: 'kept', topic: 'documents', reason: LAW },
  ledger_entries: { verdict: 'kept', topic: 'books', reason: LAW },
  payments: { verdict: 'kept', topic: 'books', reason: LAW },
  payment_attempts: { verdict: 'kept', topic: 'books', reason: LAW },
  payment_requests: { verdict: 'kept', topic: 'books', reason: LAW },
  // What was asked has the address; the answer stands on the invoice. Nobody asks it again.
  tax_quotes: {
    verdict: 'anonymised',
    topic: 'provider',
    set: { request: `'{}'::jsonb`, ask_at: 'null' },
  },
  credit_marks: { verdict: 'erased', topic: 'rights' },
  refunds: {
    verdict: 'kept',
    topic: 'books',
    reason: LAW,
    where:
      'x.tenant_id = $1 and x.payment_id in (select p.id from payments p where p.tenant_id = $1 and p.customer_id = $2)',
  },
  received_payments: {
    verdict: 'kept',
    topic: 'books',
    reason: LAW,
    where:
      'x.tenant_id = $1 and x.payment_id in (select p.id from payments p where p.tenant_id = $1 and p.customer_id = $2)',
  },
  bank_lines: { verdict: 'kept', topic: 'books', reason: 'Statements of the bank are part of the books.' },
  approvals: {
    verdict: 'kept',
    topic: 'books',
    reason: 'They prove that two people agreed to money going back.',
  },
  credit_grants: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  credit_entries: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  credit_consumptions: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  credit_purchases: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  credit_holds: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  tax_bookings: { verdict: 'kept', topic: 'books', reason: LAW },
  credit_reloads: { verdict: 'kept', topic: 'books', reason: 'Credit is a debt in the books.' },
  credit_allowance_due: { verdict: 'kept', topic: 'contracts', reason: 'States and times alone.' },
  subscription_discounts: { verdict: 'kept', topic: 'contracts', reason: 'Invoices rest on them.' },
  access_moves: { verdict: 'kept', topic: 'contracts', reason: 'States and times alone.' },
  dunning_runs: { verdict: 'kept', topic: 'books', reason: 'They say why money was asked for again.' },
  usage_adjustments: { verdict: 'kept', topic: 'books', reason: 'Corrected invoices rest on them.' },
  usage_deductions: {
    verdict: 'kept',
    topic: 'books',
    reason: 'Corrected invoices rest on them.',
    where: OF_INVOICE,
  },
  usage_line_readings: { verdict: 'kept', topic: 'books', reason: 'Invoices rest on these sums.' },
  usage_closings: { verdict: 'kept', topic: 'books', reason: 'Invoices rest on these sums.' },
  stripe_terms: {
    verdict: 'kept',
    topic: 'contracts',
    reason: 'Names of discounts and times alone.',
    where: `x.tenant_id = $1 and exists (select from subscriptions s
      where s.tenant_id = $1 and s.id = x.subscription_id and s.customer_id = $2)`,
  },
  stripe_meter_reports: { verdict: 'kept', topic: 'books', reason: 'They hold the sums that Stripe billed.' },
  audit_log: {
    verdict: 'kept',
    topic: 'audit',
    reason: 'It proves who did what and the reasons that staff gave, and cannot be changed.',
    where: 'x.tenant_id = $1 and x.object_id = $4',
  },
  legal_holds: {
    verdict: 'kept',
    topic: 'audit',
    reason: 'Legal holds prove why nothing was erased before.',
  },
  erasures: { verdict: 'kept', topic: 'audit', reason: 'Erasures prove that the customer was erased.' },
};
