import { DECIMAL12_ZERO, type Decimal12, decimal12FromInteger } from '../kernel/decimal.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import { RATIONAL_ONE, type Rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { prorate } from '../proration/prorate.ts';
import { shareOfPart } from '../proration/share.ts';
import { rateReading } from '../rating/rate-reading.ts';
import type { RatingTrace } from '../rating/trace.ts';
import type { OneOffCharge, Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { addMs, MS_PER_DAY } from '../time/instant.ts';
import { type Period, samePeriod } from '../time/period.ts';
import { ZONE_RULES_VERSION, zoneNamed } from '../time/zone.ts';
import type { LineBasis, LineRule, ProposedLine, UsageQuantity } from './line.ts';
import { type ProposalContext, placeOf, usageFor } from './proposal-context.ts';
import type { ServiceSpan } from './service-spans.ts';

/** A charge for a stretch of service: a price for a period or a part of one, or the usage of it. */
export function chargeLine(context: ProposalContext, span: ServiceSpan): Result<ProposedLine> {
  const { subscription, settings } = context;
  const { item } = span;
  const usage = span.kind === 'usage' ? usageFor(context, span) : null;
  if (span.kind === 'usage' && usage === null) {
    return refuse(
      'billing.usage_missing',
      'The usage of a period is not known, so its line cannot be proposed.',
      { key: span.key },
    );
  }
  const quantity: Decimal12 = usage?.quantity ?? decimal12FromInteger(item.quantity);
  const reading = { ...usage?.reading, quantity, line: placeOf(context, span) };
  const rating = rateReading(item.price, reading, subscription.currency, context.ratingPolicy);
  if (!rating.ok) return refuseRating(rating, span.key);
  const fraction = span.kind === 'usage' ? RATIONAL_ONE : fractionOf(subscription, item, span, settings);
  const exactMinor = prorate(rating.value.exactMinor, fraction);
  const grossMinor = roundRational(exactMinor, settings.rounding);
  return ok(
    lineOf(context, span, {
      rule: usage !== null ? 'metered_usage' : item.price.quantity.kind === 'seats' ? 'seats' : 'flat_fee',
      description: item.price.name,
      quantity,
      trace: rating.value.trace,
      basis: null,
      fraction,
      exactMinor,
      grossMinor,
      usage,
    }),
  );
}

/** Which line could not be rated, and why. */
function refuseRating({ refusal }: Refused, key: string): Refused {
  return refuse('billing.rating_refused', refusal.detail, { key, because: refusal.code });
}

/** What a line needs that rests on no usage and no span. */
type ChargeContext = Pick<ProposalContext, 'subscription' | 'settings' | 'ratingPolicy'>;

/** The name of the fact that a charge is. */
export function oneOffKey(chargeId: string): string {
  return `${chargeId}/one_off`;
}

/** A charge that is made once, whatever the periods. */
export function oneOffLine(context: ChargeContext, charge: OneOffCharge, key: string): Result<ProposedLine> {
  const { subscription } = context;
  const quantity = decimal12FromInteger(charge.quantity);
  const rating = rateReading(charge.price, { quantity }, subscription.currency, context.ratingPolicy);
  if (!rating.ok) return refuseRating(rating, key);
  const moment: Period = { start: charge.at, end: charge.at };
  const source: LineSource = {
    key,
    kind: 'one_off',
    item: { ...itemFacts(subscription), id: charge.id, price: charge.price },
    periodIndex: 0,
    billingPeriod: moment,
    servicePeriod: moment,
    billableAt: charge.at,
  };
  return ok(
    lineOf(context, source, {
      rule: 'one_off',
      description: charge.description,
      quantity,
      trace: rating.value.trace,
      basis: null,
      fraction: RATIONAL_ONE,
      exactMinor: rating.value.exactMinor,
      grossMinor: rating.value.amountMinor,
      usage: null,
    }),
  );
}

function itemFacts({ planId, planVersionId }: Subscription) {
  return { planId, planVersionId };
}

/** The stretch of service that a line is for. */
export type LineSource = Omit<ServiceSpan, 'item' | 'chargedKey' | 'position'> & {
  readonly item: Pick<SubscriptionItem, 'id' | 'planId' | 'planVersionId' | 'price'>;
};

/** What was worked out for a line. */
export interface LineAmounts {
  readonly rule: LineRule;
  readonly description: string;
  readonly quantity: Decimal12;
  readonly trace: RatingTrace | null;
  readonly basis: LineBasis | null;
  readonly fraction: Rational;
  readonly exactMinor: Rational;
  readonly grossMinor: bigint;
  readonly usage: UsageQuantity | null;
}

/** Puts a line together with its four times and its explanation. */
export function lineOf(
  context: Pick<ProposalContext, 'subscription' | 'settings'>,
  source: LineSource,
  amounts: LineAmounts,
): ProposedLine {
  const { subscription, settings } = context;
  const { item, servicePeriod } = source;
  const { price } = item;
  const { usage, quantity } = amounts;
  return {
    key: source.key,
    kind: source.kind,
    subscriptionId: subscription.id,
    itemId: item.id,
    planVersionId: item.planVersionId,
    priceId: price.id,
    meterId: price.quantity.kind === 'meter' ? price.quantity.meterId : null,
    description: amounts.description,
    taxCode: price.taxCode,
    currency: subscription.currency,
    servicePeriod,
    billableAt: source.billableAt,
    quantityCutoffAt: source.kind === 'usage' ? servicePeriod.end : servicePeriod.start,
    collectAt: addMs(source.billableAt, settings.paymentTermsDays * MS_PER_DAY),
    quantity: quantity < DECIMAL12_ZERO ? DECIMAL12_ZERO : quantity,
    grossMinor: amounts.grossMinor,
    discounts: [],
    amountMinor: amounts.grossMinor,
    explanation: {
      rule: amounts.rule,
      priceId: price.id,
      priceKey: price.key,
      planId: item.planId,
      planVersionId: item.planVersionId,
      billingPeriod: source.billingPeriod,
      periodIndex: source.periodIndex,
      timeZone: subscription.timeZone,
      zoneRulesVersion: ZONE_RULES_VERSION,
      quantity,
      readings:
        usage === null
          ? null
          : {
              meterId: usage.meterId,
              period: usage.period,
              eventCount: usage.eventCount,
              digest: usage.digest,
              ...(usage.measure === undefined ? {} : { measure: usage.measure }),
            },
      trace: amounts.trace,
      basis: amounts.basis,
      fraction: amounts.fraction,
      proration:
        source.kind === 'usage' || source.kind === 'one_off'
          ? null
          : { basis: price.proration, days: settings.proration.days },
      exactMinor: amounts.exactMinor,
      rounding: settings.rounding,
    },
  };
}

/** The share of its billing period that a line's service takes, by the proration of its price. */
export function fractionOf(
  subscription: Pick<Subscription, 'timeZone'>,
  item: Pick<SubscriptionItem, 'price'>,
  span: Pick<ServiceSpan, 'servicePeriod' | 'billingPeriod'>,
  settings: ProposalContext['settings'],
): Rational {
  if (samePeriod(span.servicePeriod, span.billingPeriod)) return RATIONAL_ONE;
  const whole = {
    period: span.billingPeriod,
    zone: zoneNamed(subscription.timeZone),
    cadence: item.price.cadence,
  };
  return shareOfPart(span.servicePeriod, whole, {
    basis: item.price.proration,
    days: settings.proration.days,
  });
}
