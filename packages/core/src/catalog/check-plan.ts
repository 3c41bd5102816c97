import type { Entitlement } from '../entitlements/entitlement.ts';
import { isStorableDecimal12 } from '../kernel/decimal.ts';
import { isCurrencyCode } from '../money/currency.ts';
import { isAmountInRange } from '../money/money.ts';
import { CADENCE_INTERVALS } from '../time/cadence.ts';
import type { Fault } from './fault.ts';
import type { Feature } from './feature.ts';
import type { Meter } from './meter.ts';
import type { PlanVersion } from './plan.ts';
import type { GraduatedModel, Price } from './price.ts';

/** What a plan version may refer to. */
export interface CatalogContext {
  readonly features: readonly Feature[];
  readonly meters: readonly Meter[];
}

/** The part of a plan version that a seller writes. */
export type PlanDraft = Pick<PlanVersion, 'currency' | 'prices' | 'entitlements' | 'trialDays'>;

/** So that a change of plan, which ends and starts every price, stays under the lines a subscription may get in a day. */
export const MAX_PRICES_PER_PLAN = 6;
export const MAX_TRIAL_DAYS = 730;
export const MAX_TIERS = 50;
const KEY = /^[a-z][a-z0-9_-]{0,62}$/;

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
    if (!KEY.test(price.key))
      add(`${at}/key`, 'key.malformed', 'A key is made of a-z, 0-9, - and _ and begins with a letter.');
    if (keys.has(price.key))
      add(`${at}/key`, 'key.duplicate', `The key ${price.key} is used by another price.`);
    keys.add(price.key);
    checkPrice(price, at, context, add);
  }
  checkEntitlements(draft.entitlements, context, add);
  return faults;
}

type AddFault = (pointer: string, code: string, detail: string) => void;

function checkPrice(price: Price, at: string, context: CatalogContext, add: AddFault): void {
  const { quantity, model } = price;
  if (quantity.kind === 'meter') {
    if (!context.meters.some((meter) => meter.id === quantity.meterId)) {
      add(`${at}/quantity/meter_id`, 'meter.unknown', 'There is no such meter.');
    }
    if (price.timing === 'in_advance') {
      add(
        `${at}/timing`,
        'price.meter_in_advance',
        'Usage is known only afterwards, so a metered price is billed in arrears.',
      );
    }
  }
  if (model.kind === 'flat' && quantity.kind !== 'fixed') {
    add(
      `${at}/model`,
      'price.flat_with_quantity',
      'A flat price does not depend on a quantity; use per_unit or graduated.',
    );
  }
  if (!CADENCE_INTERVALS.includes(price.cadence.interval) || !isCount(price.cadence.count, 366)) {
    add(
      `${at}/cadence`,
      'price.cadence',
      'A cadence is 1 to 366 days, weeks, months, quarters, half years or years.',
    );
  }
  if (model.kind === 'flat') {
    checkAmount(model.amountMinor, `${at}/model/amount_minor`, add);
    return;
  }
  if (model.per < 1n || model.per > 1_000_000_000_000n) {
    add(`${at}/model/per`, 'price.per', 'A price covers a whole number of units, one or more.');
  }
  if (model.kind === 'per_unit') checkUnitPrice(model.unitPrice, `${at}/model/unit_price`, add);
  else checkTiers(model, at, add);
}

function checkTiers(model: GraduatedModel, at: string, add: AddFault): void {
  if (model.tiers.length === 0 || model.tiers.length > MAX_TIERS) {
    add(`${at}/model/tiers`, 'price.tiers_count', `A graduated price has 1 to ${MAX_TIERS} tiers.`);
  }
  let below = 0n;
  for (const [index, tier] of model.tiers.entries()) {
    const pointer = `${at}/model/tiers/${index}`;
    const last = index === model.tiers.length - 1;
    checkUnitPrice(tier.unitPrice, `${pointer}/unit_price`, add);
    checkAmount(tier.flatMinor, `${pointer}/flat_minor`, add);
    if (tier.upTo === null) {
      if (!last)
        add(
          `${pointer}/up_to`,
          'price.tier_open_inside',
          'Only the last tier is open; tiers after it are never reached.',
        );
      continue;
    }
    if (last)
      add(
        `${pointer}/up_to`,
        'price.tier_not_open',
        'The last tier must be open, or a large quantity has no price.',
      );
    if (tier.upTo <= below)
      add(`${pointer}/up_to`, 'price.tier_overlap', 'A tier must end above the tier before it.');
    below = tier.upTo > below ? tier.upTo : below;
  }
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
    if (entitlement.kind === 'metered' && entitlement.limit !== null) {
      if (entitlement.limit < 0n || !isStorableDecimal12(entitlement.limit)) {
        add(`${at}/limit`, 'entitlement.limit', 'A limit is zero or more.');
      }
    }
  }
}

function checkAmount(amountMinor: bigint, pointer: string, add: AddFault): void {
  if (amountMinor < 0n || !isAmountInRange(amountMinor)) {
    add(pointer, 'amount.out_of_range', 'A price is zero or more and below 9e14 minor units.');
  }
}

function checkUnitPrice(unitPrice: bigint, pointer: string, add: AddFault): void {
  if (unitPrice < 0n || !isStorableDecimal12(unitPrice)) {
    add(pointer, 'price.unit_price', 'A unit price is zero or more, with at most 12 places.');
  }
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
