import type { Price } from '@billhook/core/catalog/price';
import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import { NO_TAX, type TaxChoice } from '@billhook/core/invoicing/tax';
import { formatMinor } from '@billhook/core/money/format';
import { dayEnd } from '@billhook/core/proration/days';
import type { ProrationPolicy } from '@billhook/core/proration/policy';
import { decideAddOn, decideEndAddOn } from '@billhook/core/subscriptions/decide-add-on';
import { decideAddOnQuantity } from '@billhook/core/subscriptions/decide-add-on-quantity';
import { decideCancel } from '@billhook/core/subscriptions/decide-cancel';
import { decideChange } from '@billhook/core/subscriptions/decide-change';
import { decideSeats } from '@billhook/core/subscriptions/decide-seats';
import { Account, EUR, plan, price, version } from '@billhook/core/testing/factories';
import { type Cadence, MONTHLY, YEARLY } from '@billhook/core/time/cadence';
import { dateAt } from '@billhook/core/time/calendar-date';
import { layGrid } from '@billhook/core/time/grid';
import { addMs, earlier, type Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { periodNumber } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CaseItem, FramedCase } from './proration-case.ts';
import { decimalOf, instantOf, readValue } from './read.ts';

/** What a case says about the period of its prices, as a bill knows it. */
export interface Frame {
  readonly timeZone: string;
  readonly period: Period;
  readonly cadence: Cadence;
  readonly policy: ProrationPolicy;
}

export function frameOf(one: FramedCase, policy: ProrationPolicy): Frame {
  const period = { start: instantOf(one.period.start), end: instantOf(one.period.end) };
  // Seconds are the same everywhere, so only days need the zone.
  const timeZone = policy.basis === 'day' ? one.timezone : 'UTC';
  return { timeZone, period, cadence: cadenceOf(timeZone, period), policy };
}

/** The cadence whose period from the start of the case's period on is that period: a month, a year, or days. */
function cadenceOf(timeZone: string, { start, end }: Period): Cadence {
  const zone = zoneNamed(timeZone);
  const isIt = (cadence: Cadence) => periodNumber(layGrid({ anchorAt: start, zone, cadence }), 0).end === end;
  const days = { interval: 'day', count: dateAt(end, zone) - dateAt(start, zone) } as const;
  return [MONTHLY, YEARLY].find(isIt) ?? days;
}

/** A cadence of another length, for a new plan that starts a period of its own. */
export function otherCadence({ cadence }: Frame): Cadence {
  return cadence === YEARLY ? MONTHLY : YEARLY;
}

/** A price of a case: by seats, or so many units for one amount. */
export function priceOf(key: string, item: CaseItem, frame: Frame, more: Partial<Price> = {}): Price {
  const isSeats = item.seats === true;
  const amountMinor = item.net ?? BigInt(item.unit_amount) * BigInt(isSeats ? 1 : item.quantity);
  return price(key, {
    cadence: frame.cadence,
    proration: item.prorate === false ? 'none' : frame.policy.basis,
    quantity: { kind: isSeats ? 'seats' : 'fixed' },
    model: isSeats
      ? { kind: 'per_unit', unitPrice: decimalOf(formatMinor(amountMinor, EUR)), per: 1n }
      : { kind: 'flat', amountMinor },
    ...more,
  });
}

/** The number of seats that the items of a case have. */
export function seatsOf(items: readonly CaseItem[]): bigint {
  return BigInt(items.find(({ seats }) => seats === true)?.quantity ?? 1);
}

/** One customer with one subscription, billed by the engine as every customer is. */
export class CaseBill {
  readonly frame: Frame;
  readonly account: Account;
  private lastId = 0;

  constructor(frame: Frame, more: { settings?: Partial<BillingSettings>; taxChoice?: TaxChoice } = {}) {
    this.frame = frame;
    const settings = { ...DEFAULT_BILLING_SETTINGS, proration: frame.policy, ...more.settings };
    this.account = new Account({ settings, taxChoice: more.taxChoice ?? NO_TAX });
  }

  /** Starts the plan `old` with these prices, on a grid from here or from the billing day. */
  start(at: Instant, prices: readonly Price[], seats = 1n, billingDay: number | null = null): void {
    const { timeZone } = this.frame;
    const more = { itemIds: this.ids(prices.length), billingDay };
    this.account.start(at, version('old', prices), { timeZone, seats, more });
  }

  /** Joins prices to the subscription, on its grid. */
  join(now: Instant, prices: readonly Price[]): void {
    const { subscription } = this.account;
    const addOn = {
      id: 'addon',
      key: 'addon',
      name: 'Add-on',
      kind: 'recurring',
      currency: EUR,
      prices,
      planIds: [],
    } as const;
    const itemIds = this.ids(prices.length);
    this.account.apply(readValue(decideAddOn({ now, subscription, addOn, quantity: 1n, itemIds })));
  }

  /** Takes away what joined, by the rule of a change or by that of an end. */
  leave(now: Instant, cause: 'change' | 'end'): void {
    const asked = { ...this.asked(now, this.account.subscription.items.length), addOnId: 'addon' } as const;
    const decision =
      cause === 'end'
        ? decideEndAddOn({ ...asked, when: 'now', creditUnused: true })
        : decideAddOnQuantity({ ...asked, when: 'now', quantity: 2n });
    this.account.apply(readValue(decision));
  }

  /** Moves to the plan `new` with these prices; without any, the old ones end by the rule of a change. */
  move(now: Instant, prices: readonly Price[], seats: bigint): void {
    const decision = decideChange({
      ...this.asked(now, prices.length),
      currentPlan: plan('old', 1),
      newPlan: plan('new', 2),
      newVersion: version('new', prices),
      seats,
      when: 'now',
      direction: null,
    });
    this.account.apply(readValue(decision));
  }

  seats(now: Instant, seats: bigint): void {
    this.account.apply(readValue(decideSeats({ ...this.asked(now, 1), seats, when: 'now' })));
  }

  cancel(now: Instant, at: Instant = now): void {
    const decision = decideCancel({
      ...this.asked(now, 0),
      when: at === now ? 'now' : { at },
      creditUnused: true,
      reason: 'case',
    });
    this.account.apply(readValue(decision));
  }

  /** Bills what came due up to a moment. */
  bill(now: Instant): readonly InvoiceLine[] {
    return this.account.bill(now).invoice?.lines ?? [];
  }

  /** Bills what came due by the end of the day of a moment, but nothing of the next period. */
  billDayOf(moment: Instant): readonly InvoiceLine[] {
    const { timeZone, period } = this.frame;
    const endOfDay = dayEnd(addMs(moment, 1), zoneNamed(timeZone));
    return this.bill(moment < period.end ? earlier(endOfDay, addMs(period.end, -1)) : moment);
  }

  private asked(now: Instant, count: number) {
    return {
      now,
      subscription: this.account.subscription,
      itemIds: this.ids(count),
      stepId: 'step',
      isProrated: true,
      days: this.frame.policy,
    };
  }

  /** Ids in order, because lines of one moment stand in the order of their items. */
  private ids(count: number): string[] {
    return Array.from({ length: count }, () => {
      this.lastId += 1;
      return `item_${`${this.lastId}`.padStart(4, '0')}`;
    });
  }
}
