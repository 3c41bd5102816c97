import { nextExpiryWarning } from '@billhook/core/payments/expiry';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { keepEvidence } from '../customers/api.ts';
import type { MethodKind, ProviderMethod } from './provider.ts';

export type MethodRow = {
  id: string;
  customerId: string;
  provider: string;
  providerMethodId: string;
  kind: MethodKind;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  wallet: string | null;
  label: string | null;
  fingerprint: string | null;
  country: string | null;
  mandateReference: string | null;
  mandateUrl: string | null;
  isDefault: boolean;
  /** Tried when the default fails, by the seller's rule. */
  isBackup: boolean;
  /** The code after which it is never charged again; null while it may be. */
  blockedCode: string | null;
  createdAt: Instant;
};

const METHOD = `id, customer_id as "customerId", provider, provider_method_id as "providerMethodId", kind, brand, last4,
  exp_month as "expMonth", exp_year as "expYear", wallet, label, fingerprint, country,
  mandate_reference as "mandateReference", mandate_url as "mandateUrl", is_default as "isDefault", is_backup as "isBackup",
  blocked_code as "blockedCode", created_at as "createdAt"`;

/** Cards of a customer that are not removed, the default first. */
export function listMethods(ctx: QueryCtx, customerId: string): Promise<MethodRow[]> {
  return ctx.sql.rows<MethodRow>(
    `select ${METHOD} from payment_methods where tenant_id = $1 and customer_id = $2 and removed_at is null
     order by is_default desc, is_backup desc, created_at desc, id desc`,
    [ctx.tenant.id, customerId],
  );
}

/** Which of these customers have a card that can be charged. */
export async function customersWithMethod(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct customer_id as id from payment_methods
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and removed_at is null`,
    [ctx.tenant.id, customerIds],
  );
  return new Set(rows.map(({ id }) => id));
}

export function findMethod(ctx: QueryCtx, id: string): Promise<MethodRow | undefined> {
  return ctx.sql.row<MethodRow>(
    `select ${METHOD} from payment_methods where tenant_id = $1 and id = $2 and removed_at is null`,
    [ctx.tenant.id, id],
  );
}

/** The method here that stands for one at a provider, also where it was removed; null where there is none. */
export async function methodAt(
  ctx: QueryCtx,
  provider: string,
  providerMethodId: string,
): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    'select id from payment_methods where tenant_id = $1 and provider = $2 and provider_method_id = $3',
    [ctx.tenant.id, provider, providerMethodId],
  );
  return row?.id ?? null;
}

/** The mark of the card or account behind a method, also of one that was removed; null where none is known. */
export async function cardMarkOf(ctx: QueryCtx, methodId: string): Promise<string | null> {
  const row = await ctx.sql.row<{ mark: string | null }>(
    'select fingerprint as mark from payment_methods where tenant_id = $1 and id = $2',
    [ctx.tenant.id, methodId],
  );
  return row?.mark ?? null;
}

/**
 * Keeps what may be known of a method. Keeping the same one again takes what the provider says of it now. Under the
 * customer's lock.
 * @returns its id, and whether it is new
 */
export async function keepMethod(
  ctx: CommandCtx,
  customerId: string,
  provider: string,
  method: ProviderMethod,
): Promise<{ id: string; isNew: boolean }> {
  const known = await methodAt(ctx, provider, method.id);
  const { mandate } = method;
  const facts = [
    method.brand,
    method.last4,
    method.expMonth,
    method.expYear,
    method.wallet,
    method.label,
    method.fingerprint,
    method.country,
    mandate?.reference ?? null,
    mandate?.url ?? null,
  ];
  if (method.country !== null) {
    const { country } = method;
    await keepEvidence(ctx, customerId, {
      kind: 'payment_method',
      country,
      detail: method.brand,
      source: 'provider',
    });
  }
  const warnAt =
    method.expMonth === null || method.expYear === null
      ? null
      : nextExpiryWarning(method.expMonth, method.expYear, ctx.now);
  if (known !== null) {
    await ctx.sql.run(
      `update payment_methods set brand = $3, last4 = $4, exp_month = $5, exp_year = $6, wallet = $7, label = $8,
         fingerprint = $9, country = $10, mandate_reference = coalesce($11, mandate_reference),
         mandate_url = coalesce($12, mandate_url),
         expiry_warn_at = case when (exp_month, exp_year) is distinct from ($5, $6) then $13::timestamptz else expiry_warn_at end
       where tenant_id = $1 and id = $2 and removed_at is null`,
      [ctx.tenant.id, known, ...facts, isoOrNull(warnAt)],
    );
    return { id: known, isNew: false };
  }
  const id = ctx.newId();
  await ctx.sql.run(
    `insert into payment_methods (tenant_id, id, customer_id, provider, provider_method_id, kind, is_default, created_at,
       brand, last4, exp_month, exp_year, wallet, label, fingerprint, country, mandate_reference, mandate_url, expiry_warn_at)
     values ($1, $2, $3, $4, $5, $6, false, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      ctx.tenant.id,
      id,
      customerId,
      provider,
      method.id,
      method.kind,
      iso(ctx.now),
      ...facts,
      isoOrNull(warnAt),
    ],
  );
  return { id, isNew: true };
}

/** Makes one card the one that is charged. Two statements, because at most one may be the default at any moment. */
export async function makeDefault(ctx: CommandCtx, customerId: string, methodId: string): Promise<void> {
  await ctx.sql.run(
    `update payment_methods set is_default = false
     where tenant_id = $1 and customer_id = $2 and is_default and id <> $3`,
    [ctx.tenant.id, customerId, methodId],
  );
  await ctx.sql.run(
    `update payment_methods set is_default = true, is_backup = false
     where tenant_id = $1 and id = $2 and removed_at is null`,
    [ctx.tenant.id, methodId],
  );
}

/** Makes one method the backup, or none; the default is never its own backup. */
export async function makeBackup(
  ctx: CommandCtx,
  customerId: string,
  methodId: string | null,
): Promise<void> {
  await ctx.sql.run(
    `update payment_methods set is_backup = false
     where tenant_id = $1 and customer_id = $2 and is_backup and id is distinct from $3`,
    [ctx.tenant.id, customerId, methodId],
  );
  if (methodId === null) return;
  await ctx.sql.run(
    `update payment_methods set is_backup = true
     where tenant_id = $1 and id = $2 and removed_at is null and not is_default`,
    [ctx.tenant.id, methodId],
  );
}

/** The method that stands in for a customer's default; null for none. */
export async function backupOf(ctx: QueryCtx, customerId: string): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    `select id from payment_methods where tenant_id = $1 and customer_id = $2 and is_backup and removed_at is null`,
    [ctx.tenant.id, customerId],
  );
  return row?.id ?? null;
}

export type ExpiringMethod = {
  id: string;
  customerId: string;
  brand: string | null;
  last4: string | null;
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  isBackup: boolean;
  endsAt: Instant;
};

/** Cards whose owner is to be told now that they run out, locked. */
export function claimExpiring(ctx: CommandCtx, limit: number): Promise<ExpiringMethod[]> {
  return ctx.sql.rows<ExpiringMethod>(
    `select id, customer_id as "customerId", brand, last4, exp_month as "expMonth", exp_year as "expYear",
       is_default as "isDefault", is_backup as "isBackup",
       make_timestamptz(exp_year, exp_month, 1, 0, 0, 0, 'UTC') + interval '1 month' as "endsAt"
     from payment_methods where tenant_id = $1 and expiry_warn_at <= $2 and removed_at is null
     order by expiry_warn_at, id limit $3 for update skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
}

export async function planExpiryWarning(ctx: CommandCtx, id: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update payment_methods set expiry_warn_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    isoOrNull(at),
  ]);
}

export async function nextExpiryWarningAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(expiry_warn_at) as at from payment_methods
     where tenant_id = $1 and expiry_warn_at is not null and removed_at is null`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/** Removes a card here, and writes the intent to detach it at the provider, which a process does after the commit. */
export async function markRemoved(ctx: CommandCtx, methodId: string): Promise<void> {
  await ctx.sql.run(
    `update payment_methods set removed_at = $3, is_default = false, is_backup = false, detach_at = $4
     where tenant_id = $1 and id = $2 and removed_at is null`,
    [ctx.tenant.id, methodId, iso(ctx.now), iso(ctx.wallNow)],
  );
}

/** Whether a card of the provider was one of ours and is removed. */
export async function isRemovedMethod(
  ctx: QueryCtx,
  provider: string,
  providerMethodId: string,
): Promise<boolean> {
  const row = await ctx.sql.row<{ isRemoved: boolean }>(
    `select removed_at is not null as "isRemoved" from payment_methods
     where tenant_id = $1 and provider = $2 and provider_method_id = $3`,
    [ctx.tenant.id, provider, providerMethodId],
  );
  return row?.isRemoved ?? false;
}

export type DetachableMethod = {
  id: string;
  customerId: string;
  provider: string;
  providerMethodId: string;
  /** Tries, this one included. */
  attempts: number;
};

/** Takes removed cards that are to be detached, until `retryAt`: whoever dies over it leaves it to be done again. */
export function claimDetachable(
  ctx: CommandCtx,
  limit: number,
  retryAt: Instant,
): Promise<DetachableMethod[]> {
  return ctx.sql.rows<DetachableMethod>(
    `with due as materialized (
       select id from payment_methods where tenant_id = $1 and detach_at <= $2
       order by detach_at, id limit $4 for update skip locked)
     update payment_methods m set detach_at = $3, detach_attempts = m.detach_attempts + 1
     where m.tenant_id = $1 and m.id = any (array(select id from due))
     returning m.id, m.customer_id as "customerId", m.provider, m.provider_method_id as "providerMethodId",
       m.detach_attempts as attempts`,
    [ctx.tenant.id, iso(ctx.wallNow), iso(retryAt), limit],
  );
}

/** Writes when to detach next; null when it is done or given up. */
export async function planDetach(ctx: CommandCtx, methodId: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update payment_methods set detach_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    methodId,
    isoOrNull(at),
  ]);
}

export async function findProviderCustomer(
  ctx: QueryCtx,
  customerId: string,
  provider: string,
): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    `select provider_customer_id as id from provider_customers
     where tenant_id = $1 and customer_id = $2 and provider = $3`,
    [ctx.tenant.id, customerId, provider],
  );
  return row?.id ?? null;
}

/** Remembers the customer's id at the provider; the first one stays. */
export async function keepProviderCustomer(
  ctx: CommandCtx,
  customerId: string,
  provider: string,
  providerCustomerId: string,
): Promise<string> {
  await ctx.sql.run(
    `insert into provider_customers (tenant_id, customer_id, provider, provider_customer_id, created_at)
     values ($1, $2, $3, $4, $5) on conflict (tenant_id, customer_id, provider) do nothing`,
    [ctx.tenant.id, customerId, provider, providerCustomerId, iso(ctx.now)],
  );
  return (await findProviderCustomer(ctx, customerId, provider)) ?? providerCustomerId;
}

/** Whose the provider's customer is; null for one that is not ours. */
export async function findCustomerByProvider(
  ctx: QueryCtx,
  provider: string,
  providerCustomerId: string,
): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    `select customer_id as id from provider_customers
     where tenant_id = $1 and provider = $2 and provider_customer_id = $3`,
    [ctx.tenant.id, provider, providerCustomerId],
  );
  return row?.id ?? null;
}

/** Sees to it that a method is never charged again. What the first code said stays. */
export async function blockMethod(ctx: CommandCtx, methodId: string, failureCode: string): Promise<void> {
  await ctx.sql.run(
    `update payment_methods set blocked_code = coalesce(blocked_code, $3) where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, methodId, failureCode],
  );
}
