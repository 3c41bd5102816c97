import type { InvoiceLine, InvoiceTotals } from '@billhook/core/invoicing/invoice';
import type { TaxSubtotal } from '@billhook/core/invoicing/tax';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatRational } from '@billhook/core/money/rational';
import {
  getPlans,
  getPlanVersions,
  listMeters,
  presentSlices,
  type StoredMeter,
  type StoredPlan,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

/** Lines that are not issued, with their sums; null where nothing would be billed. */
export type Draft = {
  lines: readonly InvoiceLine[];
  taxes: readonly TaxSubtotal[];
  totals: InvoiceTotals;
} | null;

type Names = {
  versions: ReadonlyMap<string, StoredPlanVersion>;
  plans: ReadonlyMap<string, StoredPlan>;
  meters: ReadonlyMap<string, StoredMeter>;
};

/** The lines and totals of an invoice that is not issued, as previews show them. */
export async function presentDraft(ctx: QueryCtx, draft: Draft, currency: string) {
  const lines = draft?.lines ?? [];
  const names = await loadNames(ctx, lines);
  const rates = new Map((draft?.taxes ?? []).map(({ rate }) => [rate.id, rate.percent]));
  return {
    currency,
    lines: lines.map((line) => presentLine(line, names, rates.get(line.taxRateId ?? ''))),
    taxes: (draft?.taxes ?? []).map(({ rate, netMinor, taxMinor }) => ({
      name: rate.name,
      rate: fractionOf(rate.percent),
      net: `${netMinor}`,
      tax: `${taxMinor}`,
    })),
    subtotal: `${draft?.totals.netMinor ?? 0n}`,
    tax: `${draft?.totals.taxMinor ?? 0n}`,
    total: `${draft?.totals.totalMinor ?? 0n}`,
    credit_applied: `${draft?.totals.creditAppliedMinor ?? 0n}`,
    due: `${draft?.totals.dueMinor ?? 0n}`,
  };
}

async function loadNames(ctx: QueryCtx, lines: readonly InvoiceLine[]): Promise<Names> {
  const versions = await getPlanVersions(
    ctx,
    lines.map((line) => line.planVersionId),
  );
  const plans = await getPlans(
    ctx,
    [...versions.values()].map((version) => version.planId),
  );
  const meters = lines.some((line) => line.meterId !== null) ? await listMeters(ctx) : [];
  return { versions, plans, meters: new Map(meters.map((meter) => [meter.id, meter])) };
}

function presentLine(line: InvoiceLine, names: Names, percent: Decimal12 | undefined) {
  return {
    kind: line.kind === 'proration_credit' ? ('proration' as const) : line.kind,
    description: line.description,
    quantity: formatDecimal12(line.quantity),
    unit: unitOf(line, names),
    amount: `${line.amountMinor}`,
    currency: line.currency as string,
    tax_rate: percent === undefined ? '0' : fractionOf(percent),
    tax: `${line.taxMinor}`,
    period: { start: iso(line.servicePeriod.start), end: iso(line.servicePeriod.end) },
    explanation: presentExplanation(line, names),
  };
}

function unitOf(line: InvoiceLine, names: Names): string {
  if (line.meterId === null) return line.explanation.rule === 'seats' ? 'seats' : 'period';
  return names.meters.get(line.meterId)?.unit || 'units';
}

function presentExplanation(line: InvoiceLine, names: Names) {
  const { explanation } = line;
  const version = names.versions.get(explanation.planVersionId);
  const plan = names.plans.get(version?.planId ?? '');
  const { readings, fraction, billingPeriod } = explanation;
  const isWhole = fraction.numerator === fraction.denominator;
  return {
    rule: explanation.rule,
    price:
      plan === undefined || version === undefined
        ? null
        : {
            id: encodeTypeId('price', explanation.priceId),
            key: explanation.priceKey,
            plan_key: plan.key,
            plan_version: version.number,
          },
    period: { start: iso(billingPeriod.start), end: iso(billingPeriod.end), index: explanation.periodIndex },
    time_zone: explanation.timeZone,
    zone_rules: explanation.zoneRulesVersion,
    quantity: formatDecimal12(explanation.quantity),
    readings:
      readings === null
        ? null
        : {
            meter: encodeTypeId('meter', readings.meterId),
            meter_key: names.meters.get(readings.meterId)?.key ?? '',
            start: iso(readings.period.start),
            end: iso(readings.period.end),
            event_count: Number(readings.eventCount),
            digest: readings.digest,
          },
    tiers: presentSlices(explanation.trace?.slices ?? []),
    proration: isWhole
      ? null
      : { numerator: `${fraction.numerator}`, denominator: `${fraction.denominator}` },
    rounding: {
      exact: formatRational(explanation.exactMinor),
      mode: explanation.rounding as string,
      amount: `${line.amountMinor}`,
    },
  };
}

/** 19 percent as 0.19. */
function fractionOf(percent: Decimal12): string {
  return formatDecimal12(decimal12FromScaled(percent / 100n));
}
