import type { Block, BlockKind } from '@billhook/core/risk/block';
import {
  DEFAULT_RISK_RULES,
  type RecentTries,
  type RiskDecision,
  type RiskRules,
  SMALL_AMOUNT_MINOR,
} from '@billhook/core/risk/decide-risk';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type BlockRow = Block & { id: string; reason: string; createdAt: Instant };

const BLOCK = 'id, kind, value, reason, created_at as "createdAt"';

/** All blocks that hold; a list of a seller is short enough to be read whole. */
export function activeBlocks(ctx: QueryCtx): Promise<BlockRow[]> {
  return ctx.sql.rows<BlockRow>(
    `select ${BLOCK} from payment_blocks where tenant_id = $1 and removed_at is null order by created_at desc, id desc`,
    [ctx.tenant.id],
  );
}

/** Undefined if the same is blocked already. */
export async function insertBlock(
  ctx: CommandCtx,
  block: { kind: BlockKind; value: string; reason: string },
): Promise<BlockRow | undefined> {
  return ctx.sql.row<BlockRow>(
    `insert into payment_blocks (tenant_id, id, kind, value, reason, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, kind, value) where removed_at is null do nothing returning ${BLOCK}`,
    [ctx.tenant.id, ctx.newId(), block.kind, block.value, block.reason, iso(ctx.wallNow)],
  );
}

export async function endBlock(ctx: CommandCtx, id: string): Promise<BlockRow | undefined> {
  return ctx.sql.row<BlockRow>(
    `update payment_blocks set removed_at = $3 where tenant_id = $1 and id = $2 and removed_at is null returning ${BLOCK}`,
    [ctx.tenant.id, id, iso(ctx.wallNow)],
  );
}

export type NewTry = {
  customerId: string;
  /** A page that is asked for, or a card that is added. */
  kind: 'page' | 'method';
  address: string | null;
  cardMark: string | null;
  amountMinor: bigint | null;
  currency: string | null;
};

/** What happened in the windows of the rules, this try included. */
export async function countRecent(ctx: QueryCtx, one: NewTry): Promise<RecentTries> {
  const row = await ctx.sql.row<Record<keyof RecentTries, number>>(
    `select
       (select count(distinct mark)::integer from (
          select card_mark as mark from payment_tries
          where tenant_id = $1 and customer_id = $2 and at > $5 and card_mark is not null
          union select $3::text where $3 is not null) cards) as "cardsOfCustomer",
       (select count(distinct customer)::integer from (
          select customer_id as customer from payment_tries where tenant_id = $1 and card_mark = $3 and at > $6
          union select $2::uuid where $3 is not null) customers) as "customersOfCard",
       (select count(*)::integer + 1 from payment_tries
         where tenant_id = $1 and customer_id = $2 and at > $7) as "triesOfCustomer",
       (select count(*)::integer + ($4::text is not null)::integer from payment_tries
         where tenant_id = $1 and address = $4 and at > $7) as "triesOfAddress",
       (select count(*)::integer + coalesce($8::bigint between 1 and $9, false)::integer from payment_tries
         where tenant_id = $1 and (customer_id = $2 or address = $4) and at > $7
           and amount_minor between 1 and $9) as "smallTries"`,
    [
      ctx.tenant.id,
      one.customerId,
      one.cardMark,
      one.address,
      iso(addMs(ctx.wallNow, -MS_PER_DAY)),
      iso(addMs(ctx.wallNow, -30 * MS_PER_DAY)),
      iso(addMs(ctx.wallNow, -MS_PER_HOUR)),
      one.amountMinor,
      SMALL_AMOUNT_MINOR,
    ],
  );
  if (row === undefined) throw new Error('a statement of figures always gives a row');
  return row;
}

export async function insertTry(ctx: CommandCtx, one: NewTry, decision: RiskDecision): Promise<string> {
  const id = ctx.newId();
  await ctx.sql.run(
    `insert into payment_tries (tenant_id, id, customer_id, kind, address, card_mark, amount_minor, currency, verdict, reasons, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11)`,
    [
      ctx.tenant.id,
      id,
      one.customerId,
      one.kind,
      one.address,
      one.cardMark,
      one.amountMinor,
      one.currency,
      decision.verdict,
      JSON.stringify(decision.reasons),
      iso(ctx.wallNow),
    ],
  );
  return id;
}

export type TryRow = {
  id: string;
  customerId: string;
  kind: NewTry['kind'];
  address: string | null;
  amountMinor: bigint | null;
  currency: string | null;
  verdict: RiskDecision['verdict'];
  reasons: { code: string; detail: string }[];
  at: Instant;
};

export function listTries(
  ctx: QueryCtx,
  filter: { limit: number; verdict: string | null; after: string | null },
): Promise<TryRow[]> {
  return ctx.sql.rows<TryRow>(
    `select id, customer_id as "customerId", kind, address, amount_minor as "amountMinor", currency, verdict, reasons, at
     from payment_tries where tenant_id = $1 and ($2::text is null or verdict = $2)
       and ($3::uuid is null or (at, id) < (select at, id from payment_tries where tenant_id = $1 and id = $3))
     order by at desc, id desc limit $4`,
    [ctx.tenant.id, filter.verdict, filter.after, filter.limit],
  );
}

export async function rulesOf(ctx: QueryCtx): Promise<RiskRules> {
  const row = await ctx.sql.row<{ rules: RiskRules }>('select rules from risk_rules where tenant_id = $1', [
    ctx.tenant.id,
  ]);
  // In a sandbox everybody pays with the same few test cards, most of them of one country.
  const usual =
    ctx.tenant.kind === 'sandbox'
      ? { ...DEFAULT_RISK_RULES, customersOfCard: null, countryMismatch: false }
      : DEFAULT_RISK_RULES;
  return { ...usual, ...row?.rules };
}

export async function saveRules(ctx: CommandCtx, rules: RiskRules): Promise<void> {
  await ctx.sql.run(
    `insert into risk_rules (tenant_id, rules, updated_at) values ($1, $2::jsonb, $3)
     on conflict (tenant_id) do update set rules = excluded.rules, updated_at = excluded.updated_at`,
    [ctx.tenant.id, JSON.stringify(rules), iso(ctx.wallNow)],
  );
}
