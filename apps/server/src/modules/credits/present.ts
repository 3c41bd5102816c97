import { isRunning } from '@billhook/core/credits/grant';
import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import { iso, isoOrNull } from '../../platform/sql.ts';
import * as ids from './ids.ts';
import type {
  StoredAllowance,
  StoredConsumption,
  StoredCost,
  StoredCreditType,
  StoredEntry,
  StoredGrant,
  StoredPack,
  StoredPurchase,
  StoredReload,
} from './types.ts';

type Names = ReadonlyMap<string, string>;

/** What a type is called wherever it is named. */
export function presentTypeFace(type: StoredCreditType) {
  const { key, name, unit, currency } = type;
  return { id: ids.creditTypeId(type.id), key, name, unit, currency: currency as string | null };
}

export function presentType(type: StoredCreditType) {
  return {
    object: 'credit_type' as const,
    ...presentTypeFace(type),
    promotions_first: type.promotionsFirst,
    return_days: type.returnDays,
    low_at: type.lowAt === null ? null : formatDecimal12(type.lowAt),
    created_at: iso(type.createdAt),
  };
}

export function presentCost(
  cost: StoredCost,
  { features, types, meters }: { features: Names; types: Names; meters: Names },
  now: Instant,
  isCurrent: boolean,
) {
  return {
    id: ids.costId(cost.id),
    object: 'credit_cost' as const,
    feature: features.get(cost.featureId) ?? '',
    credit_type: types.get(cost.creditTypeId) ?? '',
    per_unit: formatDecimal12(cost.perUnit),
    beyond: cost.beyond,
    overage_meter: meters.get(cost.overageMeterId ?? '') ?? null,
    effective_at: iso(cost.effectiveAt),
    created_at: iso(cost.createdAt),
    status: isCurrent
      ? ('current' as const)
      : cost.effectiveAt > now
        ? ('ahead' as const)
        : ('past' as const),
  };
}

export function presentPack(pack: StoredPack, types: Names) {
  return {
    id: ids.packId(pack.id),
    object: 'credit_pack' as const,
    key: pack.key,
    name: pack.name,
    credit_type: types.get(pack.creditTypeId) ?? '',
    amount: formatDecimal12(pack.amount),
    price: `${pack.priceMinor}`,
    currency: pack.currency,
    expires_after_days: pack.expiresAfterDays,
    archived_at: isoOrNull(pack.archivedAt),
    created_at: iso(pack.createdAt),
  };
}

export function presentAllowance(allowance: StoredAllowance, plans: Names, types: Names) {
  const { rolloverMax, rolloverPeriods } = allowance;
  return {
    id: ids.allowanceId(allowance.id),
    object: 'credit_allowance' as const,
    plan: plans.get(allowance.planId) ?? '',
    credit_type: types.get(allowance.creditTypeId) ?? '',
    amount: formatDecimal12(allowance.amount),
    interval: allowance.every,
    priority: allowance.priority,
    rollover_max: rolloverMax === null ? null : formatDecimal12(rolloverMax),
    rollover_periods: rolloverPeriods,
    effective_at: iso(allowance.effectiveAt),
    created_at: iso(allowance.createdAt),
  };
}

export function presentGrant(
  grant: StoredGrant,
  features: ReadonlyMap<string, { key: string; name: string }>,
  now: Instant,
) {
  const { scope } = grant;
  const named = scope.featureIds?.map((id) => features.get(id) ?? { key: '', name: '' }) ?? null;
  return {
    id: ids.grantId(grant.id),
    object: 'credit_grant' as const,
    source: grant.source,
    amount: formatDecimal12(grant.amount),
    left: formatDecimal12(grant.left),
    priority: grant.priority,
    running: isRunning(grant, now),
    effective_at: iso(grant.effectiveAt),
    expires_at: isoOrNull(grant.expiresAt),
    features: named === null ? null : named.map(({ key }) => key),
    feature_names: named === null ? null : named.map(({ name }) => name),
    subscription: scope.subscriptionId === null ? null : encodeTypeId('sub', scope.subscriptionId),
    rolls_over: grant.rollover !== null,
    reason: grant.reason,
    created_at: iso(grant.createdAt),
  };
}

export function presentEntry(
  entry: StoredEntry,
  types: ReadonlyMap<string, StoredCreditType>,
  features: ReadonlyMap<string, { key: string; name: string }>,
) {
  const feature = features.get(entry.featureId ?? '');
  const type = types.get(entry.creditTypeId);
  invariant(type !== undefined, 'A credit type is never deleted.');
  const adds = entry.kind === 'granted' || entry.kind === 'refunded';
  return {
    id: ids.entryId(entry.id),
    object: 'credit_entry' as const,
    credit_type: presentTypeFace(type),
    grant: ids.grantId(entry.grantId),
    source: entry.source,
    kind: entry.kind,
    /** What it added to the balance, or took from it. */
    amount: `${adds ? '' : '-'}${formatDecimal12(entry.amount)}`,
    consumption: entry.consumptionId === null ? null : ids.consumptionId(entry.consumptionId),
    feature: feature?.key ?? null,
    feature_name: feature?.name ?? null,
    reason: entry.reason,
    at: iso(entry.at),
  };
}

export function presentConsumption(
  consumption: StoredConsumption,
  type: StoredCreditType,
  parts: readonly Pick<StoredEntry, 'grantId' | 'amount'>[],
) {
  return {
    id: ids.consumptionId(consumption.id),
    object: 'credit_consumption' as const,
    customer: encodeTypeId('cus', consumption.customerId),
    credit_type: type.key,
    event_id: consumption.eventId,
    quantity: consumption.quantity === null ? null : formatDecimal12(consumption.quantity),
    amount: formatDecimal12(consumption.amount),
    overage: formatDecimal12(consumption.overage),
    grants: parts.map(({ grantId, amount }) => ({
      grant: ids.grantId(grantId),
      amount: formatDecimal12(amount),
    })),
    created_at: iso(consumption.at),
  };
}

/** What paid for a use of a feature, also where an amendment paid for it in parts; null where nothing did. */
export function presentPaid(
  payments: readonly {
    consumption: StoredConsumption;
    parts: readonly { grantId: string; amount: StoredEntry['amount'] }[];
  }[],
  types: ReadonlyMap<string, Pick<StoredCreditType, 'key'>>,
) {
  const [first] = payments;
  if (first === undefined) return null;
  const sumOf = (of: (consumption: StoredConsumption) => bigint) =>
    decimal12FromScaled(payments.reduce((sum, { consumption }) => sum + of(consumption), 0n));
  const overage = sumOf((one) => one.overage);
  return {
    consumption: ids.consumptionId(first.consumption.id),
    credit_type: types.get(first.consumption.creditTypeId)?.key ?? '',
    amount: formatDecimal12(sumOf(({ amount }) => amount)),
    overage: formatDecimal12(overage),
    overage_is: overageIs(overage, first.consumption),
    grants: payments.flatMap(({ parts }) =>
      parts.map(({ grantId, amount }) => ({ grant: ids.grantId(grantId), amount: formatDecimal12(amount) })),
    ),
  };
}

function overageIs(overage: bigint, { beyond }: StoredConsumption) {
  if (overage === 0n) return 'none' as const;
  return beyond === 'allow' ? ('owed' as const) : ('uncovered' as const);
}

export function presentPurchase(purchase: StoredPurchase, pack: StoredPack) {
  return {
    id: ids.purchaseId(purchase.id),
    object: 'credit_purchase' as const,
    customer: encodeTypeId('cus', purchase.customerId),
    pack: pack.key,
    amount: formatDecimal12(pack.amount),
    price: `${purchase.priceMinor}`,
    currency: pack.currency,
    invoice: encodeTypeId('inv', purchase.invoiceId),
    status: purchase.status,
    reload: purchase.isReload,
    created_at: iso(purchase.createdAt),
  };
}

export function presentReload(reload: StoredReload, packs: readonly StoredPack[]) {
  const { monthlyMaximumMinor } = reload;
  return {
    enabled: reload.enabled,
    threshold: formatDecimal12(reload.threshold),
    pack: packs.find(({ id }) => id === reload.packId)?.key ?? '',
    monthly_maximum: monthlyMaximumMinor === null ? null : `${monthlyMaximumMinor}`,
    failed_payments: reload.failureCount,
    suspended_at: isoOrNull(reload.suspendedAt),
  };
}
