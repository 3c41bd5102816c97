import { MAX_AMOUNT_MINOR } from '../../money/money.ts';
import { roundRational } from '../../money/round.ts';
import { prorate } from '../../proration/prorate.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { Instant } from '../../time/instant.ts';
import { MIN_INSTANT } from '../../time/instant.ts';
import type { Period } from '../../time/period.ts';
import { fractionOf } from '../charge-line.ts';
import { shareOfCharge } from '../credit-line.ts';
import { lineKey } from '../line.ts';
import type { UsageWindow } from '../propose-lines.ts';
import type { BillingSettings } from '../settings.ts';
import type { TaxChoice } from '../tax.ts';
import type { UsageDetail } from '../usage-detail.ts';
import { momentAt } from './boundary-table.ts';
import { collectLines, dueAt } from './collect-lines.ts';
import { discountFast, type FastDiscount, giveBack, rewindDiscounts } from './fast-discounts.ts';
import { type FastTaxes, taxFast } from './fast-taxes.ts';
import { dropLine, type LineBuffer, lineBuffer, sortByTime } from './line-buffer.ts';
import type { LineFact, LineSource } from './line-source.ts';
import { roundedShare } from './small-figures.ts';

/** The charge that a credit takes back a part of, as it stands. */
export interface PendingCredit {
  chargedMinor: number;
  creditedMinor: number;
  /** By discount; −1 where the charge was not lowered. */
  takenMinor: number[];
  takenPlace: number[];
}

/** Everything that was prepared. */
export interface BillingParts {
  readonly subscription: Subscription;
  readonly settings: BillingSettings;
  readonly taxChoice: TaxChoice;
  /** In the order of the lines of one moment. */
  readonly sources: readonly LineSource[];
  readonly taxes: FastTaxes;
  readonly discounts: readonly FastDiscount[];
  /** By source; null for all but credits. */
  readonly credits: readonly (PendingCredit | null)[];
  /** For the source of a charge, that of the credit that will take a part of it; else −1. */
  readonly creditFor: Int32Array;
  /** By source: the place of the first period that is not billed; for a credit and what is charged once, 1 if it is. */
  readonly places: Int32Array;
  readonly validUntil: number;
  readonly creditBalanceMinor: number;
}

/** What a run bills, in minor units as plain whole numbers. It stands until the next run of the same billing. */
export interface FastInvoice {
  readonly at: Instant;
  readonly lines: LineBuffer;
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
  creditAppliedMinor: number;
  creditGrantedMinor: number;
  dueMinor: number;
}

const MAX_AMOUNT = Number(MAX_AMOUNT_MINOR);

/** The models that are prepared here need no more of usage than its sum. */
const NO_DETAIL: UsageDetail = { kind: 'none' };

/**
 * The runs of one subscription, one after the other, each as `decideInvoice` would do it with the lines of those before
 * it. `rewind` begins again. No run makes garbage beside the amounts of its usage.
 */
export class CompiledBilling {
  readonly parts: BillingParts;
  /** The last run. */
  readonly invoice: FastInvoice & { at: Instant };
  private readonly places: Int32Array;
  private readonly startOf: (source: number, period: number) => number;
  private upTo: Instant;
  private balanceMinor: number;
  private isUsable = true;

  constructor(parts: BillingParts) {
    this.parts = parts;
    const { sources, discounts } = parts;
    this.places = parts.places.slice();
    this.upTo = MIN_INSTANT;
    this.balanceMinor = parts.creditBalanceMinor;
    this.invoice = {
      at: MIN_INSTANT,
      lines: lineBuffer(sources.length + 8, discounts.length),
      netMinor: 0,
      taxMinor: 0,
      totalMinor: 0,
      creditAppliedMinor: 0,
      creditGrantedMinor: 0,
      dueMinor: 0,
    };
    this.startOf = (source, period) => {
      const { table, activeFrom } = sources[source] as LineSource;
      return table === null ? activeFrom : momentAt(table, period);
    };
  }

  /** Forgets all runs. A credit needs nothing: its charge comes again before it, or was billed before all runs. */
  rewind(): void {
    this.places.set(this.parts.places);
    this.upTo = MIN_INSTANT;
    this.balanceMinor = this.parts.creditBalanceMinor;
    this.isUsable = true;
    rewindDiscounts(this.parts.discounts);
  }

  /** What the line of a source for one of its periods is called, and that period. */
  factAt(source: LineSource, place: number): LineFact {
    const known = source.factsAt[place];
    if (known !== undefined) return known;
    const { table, facts, kind, shape, activeFrom } = source;
    const start = (table === null ? activeFrom : momentAt(table, place)) as Instant;
    const end = (table === null ? activeFrom : momentAt(table, place + 1)) as Instant;
    const key = shape === 'once' ? `${facts.id}/one_off` : lineKey(facts.id, kind, start);
    const fact: LineFact = { key, billingPeriod: { start, end }, explanation: null, chargedMinor: 0 };
    source.factsAt[place] = fact;
    return fact;
  }

  /** The usage that the run at `now` rests on, in the order in which `bill` takes its quantities. */
  windows(now: Instant): readonly UsageWindow[] {
    const lines = lineBuffer(16, 0);
    collectLines(this.parts.sources, this.places.slice(), now, lines);
    sortByTime(lines);
    const windows: UsageWindow[] = [];
    for (let at = 0; at < lines.count; at += 1) {
      const source = this.parts.sources[lines.source[at] as number] as LineSource;
      if (source.shape !== 'usage') continue;
      windows.push({
        key: this.factAt(source, lines.period[at] as number).key,
        subscriptionId: this.parts.subscription.id,
        itemId: source.facts.id,
        meterId: meterOf(source.facts.price) as string,
        period: periodOf(lines, at),
        needs: NO_DETAIL,
      });
    }
    return windows;
  }

  /** The first moment after `after` at which something is due that the runs so far have not billed; null for never. */
  nextDueAt(after: Instant): Instant | null {
    let next = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.places.length; at += 1)
      next = Math.min(next, dueAt(this.parts.sources[at] as LineSource, this.places[at] as number));
    return next === Number.POSITIVE_INFINITY ? null : (Math.max(next, after + 1) as Instant);
  }

  /**
   * Bills everything that became due since the last run. Null where `decideInvoice` has to do it: the subscription
   * itself changes by then, a figure is too large, or a quantity is missing; `rewind` makes it usable again.
   *
   * @param quantities one for each of `windows(now)`, scaled by 10^12
   */
  bill(now: Instant, quantities: readonly bigint[]): FastInvoice | null {
    if (!this.isUsable || now < this.upTo || now >= this.parts.validUntil) return null;
    const { invoice } = this;
    const { lines } = invoice;
    const { sources } = this.parts;
    this.isUsable = false;
    lines.count = 0;
    collectLines(sources, this.places, now, lines);
    sortByTime(lines);
    if (!this.chargeLines(quantities) || !this.settleMoments() || !this.addUp()) return null;
    invoice.at = now;
    this.upTo = now;
    this.isUsable = true;
    return invoice;
  }

  /** What every line but the credits costs before discounts. */
  private chargeLines(quantities: readonly bigint[]): boolean {
    const { lines } = this.invoice;
    const { sources, settings } = this.parts;
    if (lines.count > settings.maxLinesPerInvoice) return false;
    let usage = 0;
    for (let at = 0; at < lines.count; at += 1) {
      const source = sources[lines.source[at] as number] as LineSource;
      let grossMinor = source.wholeMinor;
      if (source.shape === 'usage') {
        const quantity = quantities[usage];
        const rated =
          quantity === undefined ? null : (source.rate as (units: bigint) => bigint | null)(quantity);
        if (rated === null) return false;
        lines.quantity[at] = quantity as bigint;
        usage += 1;
        grossMinor = Number(rated);
      } else if (source.shape === 'credit') grossMinor = 0;
      else if (source.table !== null) grossMinor = this.shareOf(source, at);
      if (grossMinor > MAX_AMOUNT) return false;
      lines.grossMinor[at] = grossMinor;
      lines.amountMinor[at] = grossMinor;
    }
    return usage === quantities.length;
  }

  /** What the service of a line costs: all of its period, or a part by time, by day or whole. */
  private shareOf(source: LineSource, at: number): number {
    const { lines } = this.invoice;
    const period = lines.period[at] as number;
    const table = source.table as NonNullable<LineSource['table']>;
    const start = momentAt(table, period);
    const end = momentAt(table, period + 1);
    const from = lines.serviceStart[at] as number;
    const to = lines.serviceEnd[at] as number;
    if (from === start && to === end) return source.wholeMinor;
    const { exact, isBySecond } = source;
    const share =
      isBySecond && exact !== null
        ? roundedShare(exact, to - from, end - start, this.parts.settings.rounding)
        : null;
    return share ?? this.wideShare(source, { start, end } as Period, { start: from, end: to } as Period);
  }

  private wideShare(source: LineSource, billingPeriod: Period, servicePeriod: Period): number {
    const { subscription, settings } = this.parts;
    const span = { billingPeriod, servicePeriod };
    const fraction = fractionOf(subscription, source.facts, span, settings);
    const exactMinor = (source.rating as NonNullable<LineSource['rating']>).exactMinor;
    return Number(roundRational(prorate(exactMinor, fraction), settings.rounding));
  }

  /** Credits and discounts, one moment after the other. */
  private settleMoments(): boolean {
    const { lines } = this.invoice;
    const { discounts, settings } = this.parts;
    for (let first = 0; first < lines.count; ) {
      const moment = lines.billableAt[first] as number;
      let end = first;
      while (end < lines.count && lines.billableAt[end] === moment) end += 1;
      const before = lines.count;
      if (!this.creditLines(first, end)) return false;
      end -= before - lines.count;
      if (!discountFast(discounts, lines, first, end, settings, this.startOf)) return false;
      this.noteCharges(first, end);
      first = end;
    }
    return true;
  }

  /** Takes unused time back; where nothing was charged there is no line. */
  private creditLines(first: number, end: number): boolean {
    const { lines } = this.invoice;
    const { sources, credits, discounts } = this.parts;
    for (let at = end - 1; at >= first; at -= 1) {
      const place = lines.source[at] as number;
      const credit = credits[place];
      if (credit == null) continue;
      if (credit.chargedMinor <= 0) {
        dropLine(lines, at, discounts.length);
        continue;
      }
      const creditMinor = this.creditOf(sources[place] as LineSource, credit, at);
      lines.grossMinor[at] = 0 - creditMinor;
      lines.amountMinor[at] = 0 - creditMinor;
      for (let discount = 0; discount < discounts.length; discount += 1) {
        const taken = credit.takenMinor[discount] as number;
        const takenPlace = credit.takenPlace[discount] as number;
        const fast = discounts[discount] as FastDiscount;
        if (!giveBack(fast, takenPlace, taken, creditMinor, credit.chargedMinor)) return false;
      }
    }
    return true;
  }

  private creditOf(source: LineSource, { chargedMinor, creditedMinor }: PendingCredit, at: number): number {
    const { lines } = this.invoice;
    const table = source.table as NonNullable<LineSource['table']>;
    const start = momentAt(table, lines.period[at] as number);
    const end = momentAt(table, (lines.period[at] as number) + 1);
    const chargedFrom = Math.max(start, source.activeFrom);
    const service = periodOf(lines, at);
    const charged = { numerator: chargedMinor, denominator: 1 };
    const share = source.isBySecond
      ? roundedShare(charged, end - service.start, end - chargedFrom, this.parts.settings.rounding)
      : null;
    const creditMinor =
      share ?? this.wideCredit(source, chargedMinor, { start, end } as Period, chargedFrom, service);
    return Math.max(0, Math.min(creditMinor, chargedMinor - creditedMinor));
  }

  private wideCredit(
    source: LineSource,
    chargedMinor: number,
    billingPeriod: Period,
    chargedFrom: number,
    servicePeriod: Period,
  ): number {
    const { subscription, settings } = this.parts;
    const share = (service: Period) =>
      fractionOf(subscription, source.facts, { billingPeriod, servicePeriod: service }, settings);
    const charged = share({ start: chargedFrom, end: billingPeriod.end } as Period);
    const exact = shareOfCharge(
      { amountMinor: BigInt(chargedMinor), fraction: charged },
      share(servicePeriod),
    );
    return Number(roundRational(exact, settings.rounding));
  }

  /** Remembers what was charged last by an item that a credit will take a part of: its last period is the one. */
  private noteCharges(first: number, end: number): void {
    const { lines } = this.invoice;
    const { credits, creditFor, discounts } = this.parts;
    for (let at = first; at < end; at += 1) {
      const place = creditFor[lines.source[at] as number] as number;
      if (place < 0) continue;
      const credit = credits[place] as PendingCredit;
      credit.chargedMinor = lines.amountMinor[at] as number;
      credit.creditedMinor = 0;
      for (let discount = 0; discount < discounts.length; discount += 1) {
        credit.takenMinor[discount] = lines.takenMinor[at * discounts.length + discount] as number;
        credit.takenPlace[discount] = lines.discountPlace[at * discounts.length + discount] as number;
      }
    }
  }

  /** Tax, totals and the customer's credit. */
  private addUp(): boolean {
    const { invoice } = this;
    const { lines } = invoice;
    let sizeMinor = 0;
    for (let at = 0; at < lines.count; at += 1) sizeMinor += Math.abs(lines.amountMinor[at] as number);
    if (sizeMinor * 2 > MAX_AMOUNT || !taxFast(this.parts.taxes, lines)) return false;
    let netMinor = 0;
    let taxMinor = 0;
    for (let at = 0; at < lines.count; at += 1) {
      netMinor += lines.netMinor[at] as number;
      taxMinor += lines.taxMinor[at] as number;
    }
    const totalMinor = netMinor + taxMinor;
    if (Math.abs(totalMinor) > MAX_AMOUNT) return false;
    const appliedMinor = Math.min(this.balanceMinor, Math.max(0, totalMinor));
    invoice.netMinor = netMinor;
    invoice.taxMinor = taxMinor;
    invoice.totalMinor = totalMinor;
    invoice.creditAppliedMinor = appliedMinor;
    invoice.creditGrantedMinor = Math.max(0, -totalMinor);
    invoice.dueMinor = totalMinor + invoice.creditGrantedMinor - appliedMinor;
    this.balanceMinor += invoice.creditGrantedMinor - appliedMinor;
    return true;
  }
}

/** The meter that a price measures by; null for others. */
export function meterOf({ quantity }: LineSource['facts']['price']): string | null {
  return quantity.kind === 'meter' ? quantity.meterId : null;
}

export function periodOf(lines: LineBuffer, at: number): Period {
  return { start: lines.serviceStart[at], end: lines.serviceEnd[at] } as Period;
}
