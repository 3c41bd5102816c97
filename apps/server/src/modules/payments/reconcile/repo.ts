import type { Booked, Movement, MovementOutcome } from '@billhook/core/reconciliation/decide-reconciliation';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import type { ProviderPayout, ProviderTransaction } from '../provider-money.ts';

/** Keeps movements; one that is known takes only what providers say later: its payout and when it is available. */
export async function keepMovements(
  ctx: CommandCtx,
  provider: string,
  movements: readonly ProviderTransaction[],
): Promise<void> {
  if (movements.length === 0) return;
  const sorted = movements.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  await ctx.sql.run(
    `insert into provider_transactions as t (tenant_id, id, provider, provider_transaction_id, kind, gross_minor, fee_minor,
       net_minor, currency, occurred_at, available_at, object_ids, payout_id, description, state, seen_at)
     select $1, m.id, $2, m.name, m.kind, m.gross, m.fee, m.net, m.currency, m.at, m.available,
       array_remove(array[m.source, m.intent], null), m.payout, m.description, 'open', $3
     from unnest($4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::timestamptz[],
       $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[])
       as m (id, name, kind, gross, fee, net, currency, at, available, source, intent, payout, description)
     on conflict (tenant_id, provider, provider_transaction_id) do update
       set payout_id = coalesce(t.payout_id, excluded.payout_id), available_at = excluded.available_at
       where (t.payout_id is null and excluded.payout_id is not null)
          or t.available_at is distinct from excluded.available_at`,
    [
      ctx.tenant.id,
      provider,
      iso(ctx.wallNow),
      sorted.map(() => ctx.newId()),
      sorted.map(({ id }) => id),
      sorted.map(({ kind }) => kind),
      sorted.map(({ grossMinor }) => grossMinor),
      sorted.map(({ feeMinor }) => feeMinor),
      sorted.map(({ netMinor }) => netMinor),
      sorted.map(({ currency }) => currency),
      sorted.map(({ createdAt }) => iso(createdAt)),
      sorted.map(({ availableAt }) => isoOrNull(availableAt)),
      sorted.map(({ sourceId }) => sourceId),
      sorted.map(({ intentId }) => intentId),
      sorted.map(({ payoutId }) => payoutId),
      sorted.map(({ description }) => description?.slice(0, 500) ?? null),
    ],
  );
}

export async function keepPayouts(
  ctx: CommandCtx,
  provider: string,
  payouts: readonly ProviderPayout[],
): Promise<void> {
  for (const payout of payouts) {
    await ctx.sql.run(
      `insert into provider_payouts as p (tenant_id, id, provider, provider_payout_id, amount_minor, currency, status, created_at, arrives_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (tenant_id, provider, provider_payout_id) do update
         set status = excluded.status, amount_minor = excluded.amount_minor, arrives_at = excluded.arrives_at
         where (p.status, p.arrives_at) is distinct from (excluded.status, excluded.arrives_at)`,
      [
        ctx.tenant.id,
        ctx.newId(),
        provider,
        payout.id,
        payout.amountMinor,
        payout.currency,
        payout.status,
        iso(payout.createdAt),
        isoOrNull(payout.arrivesAt),
      ],
    );
  }
}

/** Movements without a place in our books, oldest first. */
export function openMovements(ctx: QueryCtx, provider: string): Promise<Movement[]> {
  return ctx.sql.rows<Movement>(
    `select id, provider, kind, gross_minor as "grossMinor", fee_minor as "feeMinor", net_minor as "netMinor", currency,
       occurred_at as at, object_ids as "objectIds"
     from provider_transactions where tenant_id = $1 and provider = $2 and state = 'open' order by occurred_at, id`,
    [ctx.tenant.id, provider],
  );
}

/** Which posting of ours is which kind of movement at a provider. */
const KINDS = `(values ('payment_succeeded', 'charge'), ('payment_reversed', 'charge_failure'), ('refund_succeeded', 'refund'),
  ('refund_returned', 'refund_failure'),
  ('dispute_withdrawn', 'dispute'), ('dispute_returned', 'dispute_reversal')) as k (posting, kind)`;

/**
 * Transactions of ours on the provider's cash account that no movement has met, with the fee that is booked beside them
 * and every name that the provider has for what they are about.
 */
export function unmatchedBookings(ctx: QueryCtx, provider: string): Promise<Booked[]> {
  return ctx.sql.rows<Booked>(
    `with own as materialized (
       select t.id, t.source_kind, t.source_id, t.posting, t.currency, t.occurred_at,
         sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end)::bigint as cash,
         -- A fee that was booked together with what it is for.
         (select coalesce(sum(case f.side when 'debit' then f.amount_minor else -f.amount_minor end), 0)
          from ledger_entries f where f.tenant_id = $1 and f.transaction_id = t.id and f.account = 'fees'
            and t.posting not in ('payment_fee', 'dispute_fee'))::bigint as fee
       from ledger_entries e join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account = 'cash:' || $2::text
         and not exists (select from provider_transactions p where p.tenant_id = $1 and p.ledger_transaction_id = t.id)
       group by t.id, t.source_kind, t.source_id, t.posting, t.currency, t.occurred_at)
     select o.id, k.kind, (o.cash + o.fee)::bigint as "cashMinor", (o.fee - coalesce(f.cash, 0))::bigint as "feeMinor", o.currency, o.occurred_at as at,
       array_remove(array[a.provider_object_id, a.provider_charge_id, r.provider_object_id, d.provider_object_id, o.source_id::text,
         -- What a claim takes names the payment alone at some providers.
         y.provider_object_id, p.provider_charge_id], null) as "objectIds"
     from own o join ${KINDS} on k.posting = o.posting
     left join own f on f.source_id = o.source_id
       and (o.posting, f.posting) in (('payment_succeeded', 'payment_fee'), ('dispute_withdrawn', 'dispute_fee'))
     left join payment_attempts a on o.source_kind = 'payment' and a.tenant_id = $1 and a.id = o.source_id
     left join refunds r on o.source_kind = 'refund' and r.tenant_id = $1 and r.id = o.source_id
     left join disputes d on o.source_kind = 'dispute' and d.tenant_id = $1 and d.id = o.source_id
     left join payments y on y.tenant_id = $1 and y.id = d.payment_id
     left join payment_attempts p on p.tenant_id = $1 and p.id = y.attempt_id
     order by o.occurred_at, o.id`,
    [ctx.tenant.id, provider],
  );
}

/** Writes what was decided; what was settled before stays as it is. `ledgerIds` has the transactions that were posted. */
export async function applyOutcomes(
  ctx: CommandCtx,
  outcomes: readonly MovementOutcome[],
  ledgerIds: ReadonlyMap<string, string>,
): Promise<void> {
  if (outcomes.length === 0) return;
  const ledgerId = (one: MovementOutcome) =>
    one.state === 'matched' ? one.bookedId : one.state === 'posted' ? (ledgerIds.get(one.id) ?? null) : null;
  await ctx.sql.run(
    `update provider_transactions t set state = o.state, reason = o.reason, detail = o.detail, ledger_transaction_id = o.ledger,
       settled_at = case when o.state = 'open' then null else $2::timestamptz end
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[]) as o (id, state, reason, detail, ledger)
     where t.tenant_id = $1 and t.id = o.id and t.state = 'open'`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      outcomes.map(({ id }) => id),
      outcomes.map(({ state }) => state),
      outcomes.map((one) => (one.state === 'open' ? one.reason : null)),
      outcomes.map((one) => (one.state === 'open' ? one.detail : null)),
      outcomes.map(ledgerId),
    ],
  );
}

/** The transactions that were posted for movements, by movement. */
export async function postedFor(
  ctx: QueryCtx,
  movementIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.sql.rows<{ id: string; movementId: string }>(
    `select id, source_id as "movementId" from ledger_transactions
     where tenant_id = $1 and source_kind = 'provider_transaction' and source_id = any ($2::uuid[])`,
    [ctx.tenant.id, movementIds],
  );
  return new Map(rows.map(({ id, movementId }) => [movementId, id]));
}
