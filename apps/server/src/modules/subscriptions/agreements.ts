import type { AppliedDiscount, DiscountPeriods } from '@billhook/core/catalog/coupon';
import type { Price } from '@billhook/core/catalog/price';
import type { Change } from '@billhook/core/decision/change';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { OneOffCharge } from '@billhook/core/subscriptions/subscription';
import type { CadenceInterval } from '@billhook/core/time/cadence';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import {
  type CouponJson,
  countRedemption,
  couponFromJson,
  couponToJson,
  type ModelJson,
  modelFromJson,
  modelToJson,
  type TermsJson,
  termsFromJson,
  termsToJson,
} from '../catalog/api.ts';
import { instantOf } from './schedule-json.ts';

/** The figures of a price as agreed for one subscription. */
export type OverrideJson = { model: ModelJson; terms: TermsJson };

export function overrideToJson({ model, terms }: Pick<Price, 'model' | 'terms'>): OverrideJson {
  return { model: modelToJson(model), terms: termsToJson(terms) };
}

export function overrideFromJson({ model, terms }: OverrideJson): Pick<Price, 'model' | 'terms'> {
  return { model: modelFromJson(model), terms: termsFromJson(terms) };
}

type PeriodsJson = {
  anchor_at: string;
  time_zone: string;
  interval: CadenceInterval;
  count: number;
  alignment: DiscountPeriods['alignment'];
  billing_day: number | null;
};

type DiscountRow = {
  id: string;
  subscription_id: string;
  coupon: CouponJson;
  periods: PeriodsJson | null;
  redeemed_at: Instant;
  starts_at: Instant;
  ends_at: Instant | null;
};

type PriceJson = Omit<Price, 'model' | 'terms'> & OverrideJson;

type ChargeRow = {
  id: string;
  subscription_id: string;
  price: PriceJson;
  add_on_id: string | null;
  description: string;
  quantity: bigint;
  charged_at: Instant;
};

export type Agreements = {
  discounts: ReadonlyMap<string, AppliedDiscount[]>;
  charges: ReadonlyMap<string, OneOffCharge[]>;
};

/** Discounts and one-off charges by subscription, in the order they were made. */
export async function loadAgreements(ctx: QueryCtx, subscriptionIds: readonly string[]): Promise<Agreements> {
  const discounts = await ctx.sql.rows<DiscountRow>(
    `select id, subscription_id, coupon, periods, redeemed_at, starts_at, ends_at from subscription_discounts
     where tenant_id = $1 and subscription_id = any ($2::uuid[]) order by subscription_id, redeemed_at, id`,
    [ctx.tenant.id, subscriptionIds],
  );
  const charges = await ctx.sql.rows<ChargeRow>(
    `select id, subscription_id, price, add_on_id, description, quantity, charged_at from subscription_charges
     where tenant_id = $1 and subscription_id = any ($2::uuid[]) order by subscription_id, charged_at, id`,
    [ctx.tenant.id, subscriptionIds],
  );
  return {
    discounts: grouped(discounts, toDiscount),
    charges: grouped(charges, toCharge),
  };
}

function grouped<Row extends { subscription_id: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const list = map.get(row.subscription_id) ?? [];
    list.push(read(row));
    map.set(row.subscription_id, list);
  }
  return map;
}

function toDiscount(row: DiscountRow): AppliedDiscount {
  const { periods } = row;
  return {
    id: row.id,
    coupon: couponFromJson(row.coupon),
    redeemedAt: row.redeemed_at,
    from: row.starts_at,
    until: row.ends_at,
    periods:
      periods === null
        ? null
        : {
            anchorAt: instantOf(periods.anchor_at),
            timeZone: periods.time_zone,
            cadence: { interval: periods.interval, count: periods.count },
            alignment: periods.alignment,
            billingDay: periods.billing_day,
          },
  };
}

function periodsToJson(periods: DiscountPeriods): JsonObject {
  return {
    anchor_at: iso(periods.anchorAt),
    time_zone: periods.timeZone,
    interval: periods.cadence.interval,
    count: periods.cadence.count,
    alignment: periods.alignment,
    billing_day: periods.billingDay,
  };
}

function toCharge(row: ChargeRow): OneOffCharge {
  return {
    id: row.id,
    at: row.charged_at,
    description: row.description,
    price: { ...row.price, ...overrideFromJson(row.price) },
    quantity: row.quantity,
    addOnId: row.add_on_id,
  };
}

/** Writes what was agreed beside items: one-off charges, discounts and their ends. Set-wise. */
export async function applyAgreements(ctx: CommandCtx, changes: readonly Change[]): Promise<void> {
  await insertCharges(
    ctx,
    changes.filter((change) => change.type === 'subscription_charge.create'),
  );
  await insertDiscounts(
    ctx,
    changes.filter((change) => change.type === 'subscription_discount.create'),
  );
  for (const end of changes.filter((change) => change.type === 'subscription_discount.end')) {
    const changed = await ctx.sql.run(
      'update subscription_discounts set ends_at = $3 where tenant_id = $1 and id = $2',
      [ctx.tenant.id, end.discountId, iso(end.until)],
    );
    invariant(changed === 1, 'A discount that ends was given.');
  }
  for (const move of changes.filter((change) => change.type === 'subscription_discount.move')) {
    const changed = await ctx.sql.run(
      `update subscription_discounts set starts_at = $3, ends_at = $4, periods = $5::jsonb
       where tenant_id = $1 and id = $2`,
      [
        ctx.tenant.id,
        move.discountId,
        iso(move.from),
        isoOrNull(move.until),
        move.periods === null ? null : JSON.stringify(periodsToJson(move.periods)),
      ],
    );
    invariant(changed === 1, 'A discount that is moved was given.');
  }
}

type Of<T extends Change['type']> = Extract<Change, { type: T }>;

async function insertCharges(
  ctx: CommandCtx,
  changes: readonly Of<'subscription_charge.create'>[],
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ subscriptionId, charge }) => ({
    id: charge.id,
    subscription_id: subscriptionId,
    // A price that was named by hand bears the id of its charge and stands in no catalogue.
    price_id: charge.price.id === charge.id ? null : charge.price.id,
    price: { ...charge.price, ...overrideToJson(charge.price) },
    add_on_id: charge.addOnId,
    description: charge.description,
    quantity: `${charge.quantity}`,
    charged_at: iso(charge.at),
  }));
  await ctx.sql.run(
    `insert into subscription_charges (tenant_id, id, subscription_id, price_id, price, add_on_id, description, quantity, charged_at)
     select $1, c.* from jsonb_to_recordset($2::jsonb) as c (id uuid, subscription_id uuid, price_id uuid, price jsonb,
       add_on_id uuid, description text, quantity bigint, charged_at timestamptz)`,
    [ctx.tenant.id, JSON.stringify(rows)],
  );
}

async function insertDiscounts(
  ctx: CommandCtx,
  changes: readonly Of<'subscription_discount.create'>[],
): Promise<void> {
  if (changes.length === 0) return;
  await countRedemptions(
    ctx,
    changes.map(({ discount }) => discount.coupon.id),
  );
  const rows = changes.map(({ subscriptionId, discount }) => ({
    id: discount.id,
    subscription_id: subscriptionId,
    coupon_id: discount.coupon.id,
    coupon: couponToJson(discount.coupon),
    periods: discount.periods === null ? null : periodsToJson(discount.periods),
    redeemed_at: iso(discount.redeemedAt),
    starts_at: iso(discount.from),
    ends_at: isoOrNull(discount.until),
  }));
  await ctx.sql.run(
    `insert into subscription_discounts (tenant_id, id, subscription_id, customer_id, coupon_id, coupon, periods, redeemed_at, starts_at, ends_at)
     select $1, d.id, d.subscription_id, s.customer_id, d.coupon_id, d.coupon, d.periods, d.redeemed_at, d.starts_at, d.ends_at
     from jsonb_to_recordset($2::jsonb) as d (id uuid, subscription_id uuid, coupon_id uuid, coupon jsonb, periods jsonb,
       redeemed_at timestamptz, starts_at timestamptz, ends_at timestamptz)
     join subscriptions s on s.tenant_id = $1 and s.id = d.subscription_id`,
    [ctx.tenant.id, JSON.stringify(rows)],
  );
}

/** The names of coupons as they were when they were given, by the id of the discount. */
export async function couponNames(
  ctx: QueryCtx,
  discountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (discountIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ id: string; name: string }>(
    `select id, coupon ->> 'name' as name from subscription_discounts where tenant_id = $1 and id = any ($2::uuid[])`,
    [ctx.tenant.id, discountIds],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * Counts what is written: whoever gives a discount takes one of those that the coupon has left, or ends with
 * `coupon.not_redeemable`. In the order of ids, so that two who give the same coupons do not wait for each other.
 */
async function countRedemptions(ctx: CommandCtx, couponIds: readonly string[]): Promise<void> {
  for (const id of [...couponIds].sort()) {
    if (await countRedemption(ctx, id)) continue;
    refuse('coupon.not_redeemable', 'This coupon has been used as often as it may be.', {
      facts: { reason: 'coupon.exhausted' },
    });
  }
}

/** How often a customer was given each of these coupons, by the id of the coupon. */
export async function redemptionsOf(
  ctx: QueryCtx,
  customerId: string,
  couponIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.sql.rows<{ id: string; times: number }>(
    `select coupon_id as id, count(*)::integer as times from subscription_discounts
     where tenant_id = $1 and customer_id = $2 and coupon_id = any ($3::uuid[]) group by coupon_id`,
    [ctx.tenant.id, customerId, couponIds],
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
}
