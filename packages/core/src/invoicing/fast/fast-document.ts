import { DECIMAL12_ZERO, type Decimal12 } from '../../kernel/decimal.ts';
import { negateRational, RATIONAL_ONE, type Rational, rational } from '../../money/rational.ts';
import { roundRational } from '../../money/round.ts';
import { prorate } from '../../proration/prorate.ts';
import type { RatingTrace } from '../../rating/trace.ts';
import { addMs, type Instant, MS_PER_DAY } from '../../time/instant.ts';
import type { Period } from '../../time/period.ts';
import { ZONE_RULES_VERSION } from '../../time/zone.ts';
import { fractionOf } from '../charge-line.ts';
import { shareOfCharge } from '../credit-line.ts';
import type { InvoiceLine, IssuedInvoice } from '../invoice.ts';
import type { LineBasis, LineDiscount, LineExplanation, LineRule, UsageQuantity } from '../line.ts';
import type { LineTax, TaxSubtotal } from '../tax.ts';
import {
  type CompiledBilling,
  type FastInvoice,
  meterOf,
  type PendingCredit,
  periodOf,
} from './compiled-billing.ts';
import { discountPeriodIndex, type FastDiscount } from './fast-discounts.ts';
import type { FastRate } from './fast-taxes.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { LineFact, LineSource } from './line-source.ts';

export interface DocumentHead {
  readonly invoiceId: string;
  /** What the quantities of the run rest on, in their order; left out where only amounts are of interest. */
  readonly usage?: readonly Pick<UsageQuantity, 'eventCount' | 'digest' | 'measure'>[];
}

/**
 * The last run of a compiled billing as the document that `decideInvoice` makes, with the explanation of every line.
 * Null where nothing was billed.
 */
export function documentOf(billing: CompiledBilling, head: DocumentHead): IssuedInvoice | null {
  const { invoice, parts } = billing;
  const { subscription, settings, taxChoice } = parts;
  if (invoice.lines.count === 0) return null;
  const writer = new LineWriter(billing, head);
  const lines: InvoiceLine[] = [];
  for (let at = 0; at < invoice.lines.count; at += 1) lines.push(writer.line(at));
  return {
    id: head.invoiceId,
    customerId: subscription.customerId,
    currency: subscription.currency,
    status: statusOf(invoice, settings.zeroInvoices),
    issuedAt: invoice.at,
    dueAt: addMs(invoice.at, settings.paymentTermsDays * MS_PER_DAY),
    taxMode: taxChoice.mode,
    lines,
    adjustments: [],
    taxes: subtotalsOf(billing),
    totals: {
      netMinor: BigInt(invoice.netMinor),
      taxMinor: BigInt(invoice.taxMinor),
      totalMinor: BigInt(invoice.totalMinor),
      creditAppliedMinor: BigInt(invoice.creditAppliedMinor),
      creditGrantedMinor: BigInt(invoice.creditGrantedMinor),
      dueMinor: BigInt(invoice.dueMinor),
    },
    policies: { tax: settings.tax, discounts: settings.discounts },
    replacesInvoiceId: null,
  };
}

function statusOf(
  { totalMinor, dueMinor }: FastInvoice,
  zeroInvoices: 'issue' | 'skip',
): IssuedInvoice['status'] {
  if (totalMinor === 0 && zeroInvoices === 'skip') return 'skipped';
  return dueMinor === 0 ? 'paid' : 'open';
}

function subtotalsOf({ parts }: CompiledBilling): readonly TaxSubtotal[] {
  const { rates, count, firstLine, netMinor, taxMinor } = parts.taxes;
  const order: number[] = [];
  for (const at of rates.keys()) if ((count[at] as number) > 0) order.push(at);
  order.sort((a, b) => (firstLine[a] as number) - (firstLine[b] as number));
  const subtotals: TaxSubtotal[] = [];
  for (const at of order) {
    const { rate } = rates[at] as FastRate;
    subtotals.push({
      rate,
      netMinor: BigInt(netMinor[at] as number),
      taxMinor: BigInt(taxMinor[at] as number),
    });
  }
  return subtotals;
}

const NO_DISCOUNTS: readonly LineDiscount[] = [];
const NO_TAXES: readonly LineTax[] = [];

/** What a line's amount rests on. */
interface Grounds {
  readonly rule: LineRule;
  readonly quantity: Decimal12;
  readonly trace: RatingTrace | null;
  readonly basis: LineBasis | null;
  readonly fraction: Rational;
  readonly exactMinor: Rational;
}

class LineWriter {
  private readonly billing: CompiledBilling;
  private readonly head: DocumentHead;
  private readonly collectMs: number;
  private usage = 0;

  constructor(billing: CompiledBilling, head: DocumentHead) {
    this.billing = billing;
    this.head = head;
    this.collectMs = billing.parts.settings.paymentTermsDays * MS_PER_DAY;
  }

  line(at: number): InvoiceLine {
    const { parts, invoice } = this.billing;
    const { lines } = invoice;
    const { subscription, taxes } = parts;
    const place = lines.source[at] as number;
    const source = parts.sources[place] as LineSource;
    const { facts } = source;
    const { price } = facts;
    const fact = this.billing.factAt(source, lines.period[at] as number);
    const service = serviceOf(lines, at, fact.billingPeriod);
    const chargedMinor = parts.credits[place]?.chargedMinor ?? 0;
    const known = fact.chargedMinor === chargedMinor ? fact.explanation : null;
    const explanation = known ?? this.explanationOf(source, at, fact, service);
    const isUsage = source.shape === 'usage';
    const amountMinor = BigInt(lines.amountMinor[at] as number);
    const isGross = lines.grossMinor[at] === lines.amountMinor[at];
    const isNet = lines.netMinor[at] === lines.amountMinor[at];
    const taxMinor = BigInt(lines.taxMinor[at] as number);
    const rateAt = taxes.rateOf[place] as number;
    const rate = rateAt < 0 ? null : (taxes.rates[rateAt] as FastRate).rate;
    const billableAt = lines.billableAt[at] as Instant;
    return {
      key: fact.key,
      kind: source.kind,
      subscriptionId: subscription.id,
      itemId: facts.id,
      planVersionId: facts.planVersionId,
      priceId: price.id,
      meterId: meterOf(price),
      description: source.description,
      taxCode: price.taxCode,
      currency: subscription.currency,
      servicePeriod: service,
      billableAt,
      quantityCutoffAt: isUsage ? service.end : service.start,
      collectAt: (billableAt + this.collectMs) as Instant,
      quantity: notNegative(explanation.quantity),
      grossMinor: isGross ? amountMinor : BigInt(lines.grossMinor[at] as number),
      discounts: parts.discounts.length === 0 ? NO_DISCOUNTS : this.discountsOf(at),
      amountMinor,
      explanation,
      position: at + 1,
      netMinor: isNet ? amountMinor : BigInt(lines.netMinor[at] as number),
      taxMinor,
      taxRateId: rate === null ? null : rate.id,
      taxes: rate === null ? NO_TAXES : [{ rate, taxMinor }],
    };
  }

  /** Kept for later runs where nothing of it changes from run to run. */
  private explanationOf(source: LineSource, at: number, fact: LineFact, service: Period): LineExplanation {
    const { parts, invoice } = this.billing;
    const { facts, shape, table } = source;
    const { price, planId, planVersionId } = facts;
    const { subscription, settings } = parts;
    const { billingPeriod } = fact;
    const grounds = this.groundsOf(source, at, billingPeriod, service);
    const isUsage = shape === 'usage';
    const explanation: LineExplanation = {
      rule: grounds.rule,
      priceId: price.id,
      priceKey: price.key,
      planId,
      planVersionId,
      billingPeriod,
      periodIndex: table === null ? 0 : table.firstIndex + (invoice.lines.period[at] as number),
      timeZone: subscription.timeZone,
      zoneRulesVersion: ZONE_RULES_VERSION,
      quantity: grounds.quantity,
      readings: isUsage ? this.readingsOf(source, service) : null,
      trace: grounds.trace,
      basis: grounds.basis,
      fraction: grounds.fraction,
      proration:
        isUsage || shape === 'once' ? null : { basis: price.proration, days: settings.proration.days },
      exactMinor: grounds.exactMinor,
      rounding: settings.rounding,
    };
    if (!isUsage) {
      fact.explanation = explanation;
      fact.chargedMinor = parts.credits[invoice.lines.source[at] as number]?.chargedMinor ?? 0;
    }
    return explanation;
  }

  private groundsOf(source: LineSource, at: number, billingPeriod: Period, service: Period): Grounds {
    const { parts, invoice } = this.billing;
    const { facts, rating } = source;
    const { price } = facts;
    if (source.shape === 'credit') return this.creditGrounds(source, at, billingPeriod, service);
    if (source.shape === 'usage') {
      const quantity = invoice.lines.quantity[at] as Decimal12;
      const traced = source.traced as NonNullable<LineSource['traced']>;
      const { trace, exactMinor } = traced(quantity, BigInt(invoice.lines.grossMinor[at] as number));
      return {
        rule: 'metered_usage',
        quantity,
        trace,
        basis: null,
        fraction: RATIONAL_ONE,
        exactMinor,
      };
    }
    const fee = rating as NonNullable<LineSource['rating']>;
    const isOnce = source.shape === 'once';
    const fraction = isOnce
      ? RATIONAL_ONE
      : fractionOf(parts.subscription, facts, { servicePeriod: service, billingPeriod }, parts.settings);
    return {
      rule: isOnce ? 'one_off' : price.quantity.kind === 'seats' ? 'seats' : 'flat_fee',
      quantity: source.quantity,
      trace: fee.trace,
      basis: null,
      fraction,
      exactMinor: fraction === RATIONAL_ONE ? fee.exactMinor : prorate(fee.exactMinor, fraction),
    };
  }

  /** As `creditLine` explains it. */
  private creditGrounds(source: LineSource, at: number, billingPeriod: Period, service: Period): Grounds {
    const { parts, invoice } = this.billing;
    const { subscription, settings } = parts;
    const credit = parts.credits[invoice.lines.source[at] as number] as PendingCredit;
    const chargedFrom = Math.max(billingPeriod.start, source.activeFrom) as Instant;
    const paid = { start: chargedFrom, end: billingPeriod.end };
    const chargedFraction = fractionOf(
      subscription,
      source.facts,
      { servicePeriod: paid, billingPeriod },
      settings,
    );
    const fraction = fractionOf(
      subscription,
      source.facts,
      { servicePeriod: service, billingPeriod },
      settings,
    );
    const chargedMinor = BigInt(credit.chargedMinor);
    const exact = shareOfCharge({ amountMinor: chargedMinor, fraction: chargedFraction }, fraction);
    const creditMinor = -BigInt(invoice.lines.grossMinor[at] as number);
    const leftMinor = chargedMinor - BigInt(credit.creditedMinor);
    const isUncapped = creditMinor < leftMinor || creditMinor === roundRational(exact, settings.rounding);
    return {
      rule: 'unused_time',
      quantity: source.quantity,
      trace: null,
      basis: {
        kind: 'charge',
        chargedKey: this.billing.factAt(source.charge as LineSource, invoice.lines.period[at] as number).key,
        chargedMinor,
        creditedMinor: BigInt(credit.creditedMinor),
        chargedFraction,
      },
      fraction,
      exactMinor: negateRational(isUncapped ? exact : rational(creditMinor, 1n)),
    };
  }

  private readingsOf({ facts }: LineSource, period: Period) {
    const { usage } = this.head;
    const basis = usage?.[this.usage];
    this.usage += 1;
    return {
      meterId: meterOf(facts.price) as string,
      period,
      eventCount: basis?.eventCount ?? 0n,
      digest: basis?.digest ?? null,
      ...(basis?.measure === undefined ? {} : { measure: basis.measure }),
    };
  }

  private discountsOf(at: number): readonly LineDiscount[] {
    const { parts, invoice } = this.billing;
    const { takenMinor, availableMinor, discountPlace } = invoice.lines;
    const found: LineDiscount[] = [];
    for (let one = 0; one < parts.discounts.length; one += 1) {
      const slot = at * parts.discounts.length + one;
      if ((takenMinor[slot] as number) < 0) continue;
      const fast = parts.discounts[one] as FastDiscount;
      const { id, coupon } = fast.discount;
      const isPercent = coupon.value.kind === 'percent';
      found.push({
        discountId: id,
        couponId: coupon.id,
        periodIndex: discountPeriodIndex(fast, discountPlace[slot] as number),
        percent: coupon.value.kind === 'percent' ? coupon.value.percent : null,
        availableMinor: isPercent ? null : BigInt(availableMinor[slot] as number),
        amountMinor: BigInt(takenMinor[slot] as number),
      });
    }
    return found;
  }
}

function notNegative(quantity: Decimal12): Decimal12 {
  if (quantity < 0n) return DECIMAL12_ZERO;
  return quantity;
}

function serviceOf(lines: LineBuffer, at: number, billingPeriod: Period): Period {
  const isWhole =
    lines.serviceStart[at] === billingPeriod.start && lines.serviceEnd[at] === billingPeriod.end;
  return isWhole ? billingPeriod : periodOf(lines, at);
}
