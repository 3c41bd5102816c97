import type { QueryCtx } from '../../../platform/context.ts';

/**
 * Everything that is kept about one customer, table by table, as the database writes it. What would let somebody in or
 * collect money is left out: hashes of tokens and passwords, ids at payment providers.
 */
const TABLES: Readonly<Record<string, string>> = {
  customer: `select to_jsonb(x) - 'tenant_id' as fact, x.id::text as place from customers x where x.tenant_id = $1 and x.id = $2`,
  members: `select jsonb_build_object('id', m.id, 'name', u.name, 'email', u.email, 'role', m.role, 'created_at', m.created_at) as fact,
    m.id::text as place
    from members m join member_user u on u.tenant_id = m.tenant_id and u.id = m.user_id where m.tenant_id = $1 and m.customer_id = $2`,
  invitations: `select to_jsonb(x) - 'tenant_id' - 'token_hash' as fact, x.id::text as place from member_invitations x
    where x.tenant_id = $1 and x.customer_id = $2`,
  subscriptions: `select to_jsonb(x) - 'tenant_id' as fact, x.id::text as place from subscriptions x
    where x.tenant_id = $1 and x.customer_id = $2`,
  invoices: `select to_jsonb(x) - 'tenant_id' - 'canonical' - 'content_sha256' as fact, x.id::text as place from invoices x
    where x.tenant_id = $1 and x.customer_id = $2`,
  credit_notes: `select to_jsonb(x) - 'tenant_id' - 'canonical' - 'content_sha256' as fact, x.id::text as place from credit_notes x
    where x.tenant_id = $1 and x.customer_id = $2`,
  payments: `select to_jsonb(x) - 'tenant_id' - 'provider_object_id' as fact, x.id::text as place from payments x
    where x.tenant_id = $1 and x.customer_id = $2`,
  payment_methods: `select to_jsonb(x) - 'tenant_id' - 'provider_method_id' - 'fingerprint' as fact, x.id::text as place
    from payment_methods x where x.tenant_id = $1 and x.customer_id = $2`,
  receipts: `select to_jsonb(x) - 'tenant_id' as fact, x.payment_id::text as place from receipts x
    where x.tenant_id = $1 and x.customer_id = $2`,
  mails: `select jsonb_build_object('template', x.template, 'recipient', x.recipient, 'facts', x.facts, 'created_at', x.created_at,
    'sent_at', x.sent_at) as fact, x.id::text as place from mails x where x.tenant_id = $1 and x.customer_id = $2`,
  disputes: `select to_jsonb(x) - 'tenant_id' - 'provider_object_id' as fact, x.id::text as place from disputes x
    where x.tenant_id = $1 and x.customer_id = $2`,
  cases: `select to_jsonb(x) - 'tenant_id' as fact, x.id::text as place from cases x where x.tenant_id = $1 and x.customer_id = $2`,
  bank_lines: `select to_jsonb(x) - 'tenant_id' - 'fact_sha256' as fact, x.id::text as place from bank_lines x
    where x.tenant_id = $1 and x.customer_id = $2`,
  ledger: `select to_jsonb(x) - 'tenant_id' as fact, x.transaction_id::text || '/' || lpad(x.position::text, 5, '0') as place
    from ledger_entries x where x.tenant_id = $1 and x.customer_id = $2`,
  usage_events: `select to_jsonb(x) - 'tenant_id' - 'content_hash' as fact,
    to_char(x.time at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '/' || x.source || '/' || x.event_id || '/' || x.revision as place
    from usage_events x where x.tenant_id = $1 and x.customer_id = $2`,
  audit: `select to_jsonb(x) - 'tenant_id' as fact, lpad(x.seq::text, 20, '0') as place from audit_log x
    where x.tenant_id = $1 and $2::uuid is not null and x.object_id = $3`,
};

export const FACT_TABLES: readonly string[] = Object.keys(TABLES);

export type Fact = { fact: unknown; place: string };

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
