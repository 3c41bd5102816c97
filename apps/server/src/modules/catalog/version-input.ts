import { checkAddOn } from '@billhook/core/catalog/check-add-on';
import { meterMisfit } from '@billhook/core/catalog/check-meter';
import { checkPlan, type PlanDraft } from '@billhook/core/catalog/check-plan';
import {
  type Price,
  type PriceQuantity,
  type PriceTiming,
  STANDARD_TAX_CODE,
} from '@billhook/core/catalog/price';
import type { Entitlement, OveragePolicy, UsageReset } from '@billhook/core/entitlements/entitlement';
import { isUsageReset } from '@billhook/core/entitlements/reset-window';
import type { JsonValue } from '@billhook/core/kernel/json';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { Cadence } from '@billhook/core/time/cadence';
import type { FieldFault } from '../../platform/refuse.ts';
import { FaultList } from './faults.ts';
import { type ModelInput, readDecimal, readModel } from './model-input.ts';
import { readShape, type ShapeInput } from './price-terms.ts';
import type { PlanKind, StoredFeature, StoredMeter } from './types.ts';

/** A plan version as a seller writes it: meters and features are named by key. */
export type VersionInput = {
  currency: string;
  trial_days?: number | undefined;
  prices: readonly PriceInput[];
  other_currencies?: readonly { currency: string; prices: readonly PriceInput[] }[] | undefined;
  entitlements: readonly EntitlementInput[];
};

export type PriceInput = {
  key: string;
  name: string;
  pricing: ModelInput;
  quantity: { kind: 'fixed' } | { kind: 'seats' } | { kind: 'meter'; meter: string };
  timing: PriceTiming;
  cadence: Cadence;
  tax_code?: string | undefined;
} & ShapeInput;

export type EntitlementInput =
  | { kind: 'boolean'; feature: string; enabled: boolean }
  | { kind: 'configuration'; feature: string; value: unknown }
  | {
      kind: 'metered';
      feature: string;
      limit: string | null;
      reset?: string | undefined;
      pool_limit?: string | null | undefined;
      overage?: OveragePolicy | undefined;
      warn_at_percent?: readonly number[] | undefined;
    };

export type VersionDraft = PlanDraft & {
  warnAtPercent: Record<string, readonly number[]>;
  /** The same prices in other currencies. */
  others: readonly Pick<PlanDraft, 'currency' | 'prices'>[];
};

/** What a version may refer to, by key. Archived meters and features can no longer be used by new versions. */
export type Vocabulary = { meters: readonly StoredMeter[]; features: readonly StoredFeature[] };

const UNKNOWN = '';

/**
 * Reads and checks a plan version. All faults come at once, with pointers into what was written.
 * @param at pointer of the version inside the document
 * @param priceId gives each price its id
 * @param kind what it is a version of; an add-on has prices and entitlements, what is charged once has prices alone
 */
export function readVersion(
  input: VersionInput,
  words: Vocabulary,
  at: string,
  priceId: () => string,
  kind: PlanKind = 'plan',
): { draft: VersionDraft; faults: readonly FieldFault[] } {
  const faults = new FaultList();
  const meterIds = new Map(
    words.meters.filter((meter) => meter.archivedAt === null).map((meter) => [meter.key, meter.id]),
  );
  const features = words.features.filter((feature) => feature.archivedAt === null);
  const featureIds = new Map(features.map((feature) => [feature.key, feature.id]));
  const warnAtPercent: Record<string, readonly number[]> = {};
  const pricesAt = (written: readonly PriceInput[], pointer: string) =>
    written.map((price, position) =>
      readPrice(price, priceId(), meterIds, faults.below(`${pointer}/${position}`)),
    );
  const prices = pricesAt(input.prices, `${at}/prices`);
  const entitlements = input.entitlements.map((right, index) => {
    const featureId = featureIds.get(right.feature) ?? UNKNOWN;
    if (right.kind === 'metered') warnAtPercent[featureId] = readPercents(right.warn_at_percent ?? []);
    return readEntitlement(right, featureId, faults.below(`${at}/entitlements/${index}`));
  });
  const draft: VersionDraft = {
    // The check below names an unknown currency.
    currency: input.currency as CurrencyCode,
    trialDays: input.trial_days ?? 0,
    prices,
    entitlements,
    warnAtPercent,
    others: (input.other_currencies ?? []).map((other, index) => ({
      currency: other.currency as CurrencyCode,
      prices: pricesAt(other.prices, `${at}/other_currencies/${index}/prices`),
    })),
  };
  for (const fault of checkPlan(draft, { meters: words.meters, features })) {
    faults.add(`${at}${publicPointer(fault.pointer)}`, fault.code, fault.detail);
  }
  checkMeters(draft, words, faults.below(at));
  checkCurrencies(draft, words, faults.below(at));
  if (kind !== 'plan') checkAddOnVersion(draft, kind, words, faults.below(at));
  return { draft, faults: faults.all };
}

/** Reads and checks rights by themselves, as those of a version. */
export function readEntitlements(
  written: readonly EntitlementInput[],
  words: Vocabulary,
): { rights: readonly Entitlement[]; faults: readonly FieldFault[] } {
  const version = { currency: 'EUR', prices: [], entitlements: written };
  const { draft, faults } = readVersion(version, words, '', () => UNKNOWN);
  return { rights: draft.entitlements, faults };
}

/** A price counts by a meter that supplies what its model needs. */
function checkMeters(draft: VersionDraft, words: Vocabulary, faults: FaultList): void {
  const meters = new Map(words.meters.map((meter) => [meter.id, meter]));
  const misfits = (prices: readonly Price[], at: string) => {
    for (const [index, { model, quantity }] of prices.entries()) {
      const meter = quantity.kind === 'meter' ? meters.get(quantity.meterId) : undefined;
      const misfit = meter === undefined ? null : meterMisfit(model, meter);
      if (misfit !== null) faults.add(`${at}/${index}/quantity/meter`, 'price.meter_misfit', misfit);
    }
  };
  misfits(draft.prices, '/prices');
  for (const [index, { prices }] of draft.others.entries())
    misfits(prices, `/other_currencies/${index}/prices`);
}

/** Every currency has the same prices: they differ in figures and names alone. */
function checkCurrencies(draft: VersionDraft, words: Vocabulary, faults: FaultList): void {
  const seen = new Set<string>([draft.currency]);
  for (const [index, { currency, prices }] of draft.others.entries()) {
    const below = faults.below(`/other_currencies/${index}`);
    if (seen.has(currency)) below.add('/currency', 'currency.duplicate', `${currency} is named twice.`);
    seen.add(currency);
    const alone = { currency, prices, entitlements: [], trialDays: 0 };
    for (const fault of checkPlan(alone, { meters: words.meters, features: [] })) {
      below.add(publicPointer(fault.pointer), fault.code, fault.detail);
    }
    const same = prices.length === draft.prices.length;
    if (!same || prices.some((price, at) => !isSamePrice(price, draft.prices[at]))) {
      below.add(
        '/prices',
        'plan.currencies_differ',
        'Prices in another currency have the same keys in the same order, and the same quantity, timing and cadence.',
      );
    }
  }
}

function isSamePrice(price: Price, main: Price | undefined): boolean {
  const shape = (one: Price) => {
    const { key, quantity, timing, cadence, alignment, proration, taxCode } = one;
    return JSON.stringify([key, quantity, timing, cadence, alignment, proration, taxCode]);
  };
  return main !== undefined && shape(price) === shape(main);
}

function checkAddOnVersion(
  draft: VersionDraft,
  kind: 'add_on' | 'one_off',
  words: Vocabulary,
  faults: FaultList,
): void {
  const face = { key: 'add-on', name: 'add-on', planIds: [] };
  const addOn = { ...face, ...draft, kind: kind === 'add_on' ? ('recurring' as const) : kind };
  const known = new Set(faults.all.map(({ pointer, code }) => `${pointer} ${code}`));
  for (const fault of checkAddOn(addOn, { meters: words.meters, planIds: [] })) {
    const pointer = publicPointer(fault.pointer);
    if (!known.has(`${faults.at}${pointer} ${fault.code}`)) faults.add(pointer, fault.code, fault.detail);
  }
  if (kind === 'one_off' && draft.entitlements.length > 0)
    faults.add(
      '/entitlements',
      'add_on.entitlements',
      'What is charged once does not run, so it grants nothing.',
    );
  if (draft.trialDays > 0) faults.add('/trial_days', 'add_on.trial', 'An add-on has no trial of its own.');
}

/** Core points at its own members, which carry ids; on the wire they are named by key. */
export function publicPointer(pointer: string): string {
  return pointer
    .replace(/\/quantity\/meter_id$/, '/quantity/meter')
    .replace(/\/feature_id$/, '/feature')
    .replace(/\/model(\/|$)/, '/pricing$1')
    .replace(/\/amount_minor$/, '/amount')
    .replace(/\/(minimum|maximum)_minor$/, '/$1')
    .replace(/\/cap_minor$/, '/max_amount')
    .replace(/\/flat_minor$/, '/flat_amount')
    .replace(/\/(unit|package|block|other_unit)_price$/, '/$1_amount');
}

function readPrice(
  input: PriceInput,
  id: string,
  meterIds: ReadonlyMap<string, string>,
  faults: FaultList,
): Price {
  return {
    id,
    key: input.key,
    name: input.name,
    model: readModel(input.pricing, faults.below('/pricing')),
    quantity: readQuantity(input.quantity, meterIds),
    timing: input.timing,
    cadence: input.cadence,
    ...readShape(input, faults),
    taxCode: input.tax_code ?? STANDARD_TAX_CODE,
  };
}

function readQuantity(input: PriceInput['quantity'], meterIds: ReadonlyMap<string, string>): PriceQuantity {
  if (input.kind !== 'meter') return { kind: input.kind };
  return { kind: 'meter', meterId: meterIds.get(input.meter) ?? UNKNOWN };
}

function readEntitlement(input: EntitlementInput, featureId: string, faults: FaultList): Entitlement {
  switch (input.kind) {
    case 'boolean':
      return { kind: 'boolean', featureId, enabled: input.enabled };
    case 'configuration':
      return { kind: 'configuration', featureId, value: input.value as JsonValue };
    case 'metered':
      return {
        kind: 'metered',
        featureId,
        limit: input.limit === null ? null : readDecimal(input.limit, '/limit', faults),
        reset: readReset(input.reset ?? 'billing_period', faults),
        overage: input.overage ?? 'block',
        ...(input.pool_limit == null
          ? {}
          : { poolLimit: readDecimal(input.pool_limit, '/pool_limit', faults) }),
      };
  }
}

function readReset(text: string, faults: FaultList): UsageReset {
  if (isUsageReset(text)) return text;
  faults.add(
    '/reset',
    'reset.unknown',
    'Usage counts anew by none of these; last_30_days is the form of a sliding window.',
  );
  return 'billing_period';
}

function readPercents(percents: readonly number[]): number[] {
  return [...new Set(percents)].sort((left, right) => left - right);
}
