import type { JsonObject } from '@billhook/core/kernel/json';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { LineNames } from './line-names.ts';
import {
  discountName,
  type StoredAmountStep,
  type StoredBasis,
  type StoredDiscount,
  type StoredExplanation,
  type StoredQuantityStep,
  type StoredSlice,
} from './stored-explanation.ts';

/** A line as it is stored, or as it would be. */
export type ExplainedLine = {
  grossMinor: bigint;
  amountMinor: bigint;
  /** As `discountJson` of core writes them. */
  discounts: readonly JsonObject[];
  /** As `explanationJson` of core writes it. */
  explanation: JsonObject;
};

/** Everything that is needed to compute the amount of a line by hand, as the wire has it. */
export function presentExplanation(line: ExplainedLine, names: LineNames) {
  const stored = line.explanation as unknown as StoredExplanation;
  const { trace, basis = null } = stored;
  return {
    rule: stored.rule,
    price: priceOf(stored, names),
    period: { ...stored.billing_period, index: stored.period_index },
    time_zone: stored.time_zone,
    zone_rules: stored.zone_rules_version,
    quantity: stored.quantity,
    readings: readingsOf(stored, names),
    model: trace?.model ?? null,
    quantity_steps: (trace?.quantity_steps ?? []).map(quantityStep),
    tiers: (trace?.slices ?? []).map(slice),
    amount_steps: (trace?.amount_steps ?? []).map(amountStep),
    basis: basis === null ? null : presentBasis(basis, names),
    proration: prorationOf(stored),
    rounding: { exact: stored.exact_minor, mode: stored.rounding, amount: `${line.grossMinor}` },
    discounts: line.discounts.map((discount) => presentDiscount(discount, names)),
    amount: `${line.amountMinor}`,
  };
}

function priceOf(stored: StoredExplanation, names: LineNames) {
  const version = names.versions.get(stored.plan_version_id);
  const plan = names.plans.get(version?.planId ?? '');
  if (plan === undefined || version === undefined || stored.price_id === null) return null;
  return {
    id: encodeTypeId('price', stored.price_id),
    key: stored.price_key,
    name: version.prices.find(({ key }) => key === stored.price_key)?.name ?? stored.price_key,
    plan_key: plan.key,
    plan_name: plan.name,
    plan_version: version.number,
  };
}

type StoredMeasure = NonNullable<NonNullable<StoredExplanation['readings']>['measure']>;

function presentMeasure({ aggregation, percentile, weighted_by, measured, step, mode }: StoredMeasure) {
  return {
    aggregation,
    percentile: percentile ?? null,
    weighted_by: weighted_by ?? null,
    measured,
    rounding: step === undefined || mode === undefined ? null : { step, mode },
  };
}

function readingsOf({ readings }: StoredExplanation, names: LineNames) {
  if (readings === null) return null;
  return {
    meter: encodeTypeId('meter', readings.meter_id),
    meter_key: names.meters.get(readings.meter_id)?.key ?? '',
    meter_name: names.meters.get(readings.meter_id)?.name ?? '',
    ...readings.period,
    event_count: Number(readings.event_count),
    late_count: Number(readings.late_count ?? 0),
    digest: readings.digest,
    measure: readings.measure === undefined ? null : presentMeasure(readings.measure),
  };
}

function quantityStep({ step, from, to, units, size, conversion }: StoredQuantityStep) {
  return { step, from, to, units: units ?? size ?? null, conversion: conversion ?? null };
}

function slice(stored: StoredSlice) {
  return {
    label: stored.label ?? null,
    unit: stored.unit ?? ('units' as const),
    from: stored.from,
    up_to: stored.up_to,
    quantity: stored.quantity,
    unit_amount: stored.unit_price,
    per: stored.per,
    flat_amount: stored.flat_minor,
    max_exact: stored.cap_minor ?? null,
    exact: stored.exact_minor,
  };
}

function amountStep(stored: StoredAmountStep) {
  return {
    step: stored.step,
    from: stored.from,
    to: stored.to,
    amount: stored.amount_minor ?? stored.bound_minor ?? null,
    percent: stored.percent ?? null,
    billed_before: stored.billed_before_minor ?? null,
  };
}

function presentBasis(basis: StoredBasis, names: LineNames) {
  if (basis.kind === 'spend') {
    return {
      kind: 'spend' as const,
      spent: basis.spent_minor,
      minimum: basis.minimum_minor,
      maximum: basis.maximum_minor,
    };
  }
  const line = names.charged.get(basis.charged_key);
  return {
    kind: 'charge' as const,
    line: line === undefined ? null : encodeTypeId('il', line.id),
    // A skipped invoice has no number and is never shown.
    invoice: line?.number == null ? null : encodeTypeId('inv', line.invoiceId),
    invoice_number: line?.number ?? null,
    charged: basis.charged_minor,
    credited: basis.credited_minor,
    charged_share: basis.charged_fraction,
  };
}

function prorationOf({ fraction, proration }: StoredExplanation) {
  const [numerator = '1', denominator = '1'] = fraction.split('/');
  if (fraction === '1' || numerator === denominator) return null;
  return { numerator, denominator, basis: proration?.basis ?? 'second', days: proration?.days ?? 'actual' };
}

function presentDiscount(discount: JsonObject, names: LineNames) {
  const stored = discount as unknown as StoredDiscount;
  return {
    coupon: discountName(stored, names.coupons) ?? '',
    percent: stored.percent,
    available: stored.available_minor,
    amount: stored.amount_minor,
  };
}
