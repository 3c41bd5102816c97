import type { Entitlement } from '../entitlements/entitlement.ts';
import { valueFault } from '../entitlements/value-type.ts';
import { isStorableDecimal12 } from '../kernel/decimal.ts';
import { isCurrencyCode } from '../money/currency.ts';
import type { AddFault } from './check-figures.ts';
import { checkKey } from './check-key.ts';
import { checkPrice } from './check-price.ts';
import type { Fault } from './fault.ts';
import type { Feature } from './feature.ts';
import type { Meter } from './meter.ts';
import type { PlanVersion } from './plan.ts';

/** What a plan version may refer to. */
export interface CatalogContext {
  readonly features: readonly Feature[];
  readonly meters: readonly Meter[];
}

/** The part of a plan version that a seller writes. */
export type PlanDraft = Pick<PlanVersion, 'currency' | 'prices' | 'entitlements' | 'trialDays'>;

/** More than any rate card that a person can read; the lines of a day are bounded by the number of prices. */
export const MAX_PRICES_PER_PLAN = 50;
export const MAX_TRIAL_DAYS = 730;

/** Finds everything that is wrong with a plan version at once. An empty list means that it may be published. */
export function checkPlan(draft: PlanDraft, context: CatalogContext): readonly Fault[] {
  const faults: Fault[] = [];
  const add: AddFault = (pointer, code, detail) => faults.push({ pointer, code, detail });
  if (!isCurrencyCode(draft.currency))
    add('/currency', 'currency.unknown', 'The currency is not an active ISO 4217 code.');
  if (!Number.isInteger(draft.trialDays) || draft.trialDays < 0 || draft.trialDays > MAX_TRIAL_DAYS) {
    add('/trial_days', 'plan.trial_days', `A trial lasts 0 to ${MAX_TRIAL_DAYS} whole days.`);
  }
  if (draft.prices.length > MAX_PRICES_PER_PLAN) {
    add('/prices', 'plan.too_many_prices', `A plan has at most ${MAX_PRICES_PER_PLAN} prices.`);
  }
  const keys = new Set<string>();
  for (const [index, price] of draft.prices.entries()) {
    const at = `/prices/${index}`;
    checkKey(price.key, `${at}/key`, add);
    if (keys.has(price.key))
      add(`${at}/key`, 'key.duplicate', `The key ${price.key} is used by another price.`);
    keys.add(price.key);
    checkPrice(price, at, context.meters, add);
  }
  checkEntitlements(draft.entitlements, context, add);
  return faults;
}

function checkEntitlements(
  entitlements: readonly Entitlement[],
  context: CatalogContext,
  add: AddFault,
): void {
  const seen = new Set<string>();
  for (const [index, entitlement] of entitlements.entries()) {
    const at = `/entitlements/${index}`;
    const feature = context.features.find((candidate) => candidate.id === entitlement.featureId);
    if (feature === undefined) {
      add(`${at}/feature_id`, 'feature.unknown', 'There is no such feature.');
    } else if (feature.kind !== entitlement.kind) {
      add(`${at}/kind`, 'entitlement.kind_mismatch', `The feature ${feature.key} is ${feature.kind}.`);
    }
    if (seen.has(entitlement.featureId)) {
      add(`${at}/feature_id`, 'entitlement.duplicate', 'A plan grants a feature once.');
    }
    seen.add(entitlement.featureId);
    checkRight(entitlement, feature, at, add);
  }
}

function checkRight(entitlement: Entitlement, feature: Feature | undefined, at: string, add: AddFault): void {
  if (entitlement.kind === 'configuration') {
    const fault = valueFault(entitlement.value, feature?.valueType);
    if (fault !== null) add(`${at}/value`, 'entitlement.value_type', fault);
  }
  if (entitlement.kind !== 'metered') return;
  const { limit, poolLimit } = entitlement;
  const isLimit = (figure: bigint) => figure >= 0n && isStorableDecimal12(figure);
  if (limit !== null && !isLimit(limit)) add(`${at}/limit`, 'entitlement.limit', 'A limit is zero or more.');
  if (poolLimit == null) return;
  if (!isLimit(poolLimit)) add(`${at}/pool_limit`, 'entitlement.limit', 'A limit is zero or more.');
  if (feature !== undefined && feature.subjectProperty == null) {
    const detail = `${feature.key} is counted for the whole customer, so its limit is the pool.`;
    add(`${at}/pool_limit`, 'entitlement.pool_without_subjects', detail);
  }
}
