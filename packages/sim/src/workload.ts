import type { Consolidation } from '@billhook/core/invoicing/consolidation';
import type { CurrencyCode } from '@billhook/core/money/currency';
import type { ChangeTiming } from '@billhook/core/subscriptions/decide-change';
import type { PauseMode, TrialEnd } from '@billhook/core/subscriptions/subscription';
import { addMs, type Instant, instant, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { CURRENCIES, OFFER_COUNT } from './catalogue.ts';
import { drawDebitNote, drawShares, RELATED } from './draw-documents.ts';
import type { Prng } from './prng.ts';
import type { Card } from './provider.ts';
import { type CustomerHabits, drawEvent, drawLateEvent, type SentEvent } from './sent-events.ts';
import type { OrderKind, Swarm } from './swarm.ts';

export interface CustomerPlan {
  readonly index: number;
  readonly id: string;
  /** What is paid in, most of it in the first. */
  readonly currencies: readonly CurrencyCode[];
  readonly timeZone: string;
  readonly card: Card;
  readonly hasPaymentMethod: boolean;
  readonly taxMode: 'exclusive' | 'inclusive';
  /** Whether one invoice stands for all of a day or a month of the seller's calendar. */
  readonly consolidation: Consolidation;
  readonly arrivesAt: Instant;
}

/** When something takes effect, in days from the order where it is a date. */
export type Moment = 'now' | 'period_end' | { readonly inDays: number };

export interface StartOrder {
  readonly kind: 'start';
  /** The place of a currency among those of the customer. */
  readonly currency: number;
  readonly offer: number;
  readonly seats: number;
  /** Negative for a start in the past. */
  readonly inDays: number;
  readonly billingDay: number | null;
  readonly trialEnd: TrialEnd;
  readonly endAfterPeriods: number | null;
  readonly overrideFactor: bigint | null;
  /** Offers that follow one after the other, each so many days after the one before it. */
  readonly phases: readonly { readonly offer: number; readonly afterDays: number; readonly seats: number }[];
}

/** One thing a customer or the seller does to a subscription. Offers, coupons and add-ons are named by their place. */
export type Order =
  | StartOrder
  | {
      readonly kind: 'change';
      readonly offer: number;
      readonly when: Exclude<ChangeTiming, object> | { readonly inDays: number };
      readonly isProrated: boolean;
    }
  | { readonly kind: 'seats'; readonly seats: number; readonly when: Moment; readonly isProrated: boolean }
  | { readonly kind: 'cancel'; readonly when: Moment; readonly creditUnused: boolean }
  | { readonly kind: 'undo'; readonly step: number }
  | { readonly kind: 'auto_renew'; readonly isOn: boolean }
  | {
      readonly kind: 'pause';
      readonly mode: PauseMode;
      readonly inDays: number;
      readonly forDays: number | null;
    }
  | { readonly kind: 'resume'; readonly inDays: number }
  | { readonly kind: 'coupon'; readonly coupon: number }
  | { readonly kind: 'end_coupon' }
  | { readonly kind: 'add_on'; readonly addOn: number; readonly quantity: number }
  | {
      readonly kind: 'add_on_quantity';
      readonly addOn: number;
      readonly quantity: number;
      readonly when: Moment;
      readonly isProrated: boolean;
    }
  | {
      readonly kind: 'end_add_on';
      readonly addOn: number;
      readonly when: Moment;
      readonly creditUnused: boolean;
    }
  | { readonly kind: 'charge'; readonly addOn: number; readonly quantity: number }
  | {
      readonly kind: 'override';
      readonly price: number;
      readonly factor: bigint;
      readonly isProrated: boolean;
    }
  | { readonly kind: 'migrate'; readonly when: 'now' | 'at_renewal'; readonly isProrated: boolean }
  | { readonly kind: 'move_trial'; readonly inDays: number };

/** Work of the seller on a document; invoices are named by their place among those that it may be about. */
export type DocumentWork =
  | { readonly kind: 'void'; readonly invoice: number; readonly periods: 'bill_again' | 'waive' }
  | { readonly kind: 'reissue'; readonly invoice: number }
  | {
      readonly kind: 'credit_note';
      readonly invoice: number;
      /** What of some lines, in percent; null for the rest of all. */
      readonly shares: readonly { readonly line: number; readonly percent: number }[] | null;
      /** Whether what was paid goes back to the card. */
      readonly isRefunded: boolean;
    }
  | {
      readonly kind: 'debit_note';
      readonly invoice: number;
      /** How much more of some lines, in percent of what they claimed. */
      readonly shares: readonly { readonly line: number; readonly percent: number }[];
    };

const DOCUMENT_WORK: ReadonlySet<string> = new Set<DocumentWork['kind']>([
  'void',
  'reissue',
  'credit_note',
  'debit_note',
]);

export const isDocumentWork = (command: Command): command is DocumentWork => DOCUMENT_WORK.has(command.kind);

export type Command =
  | Order
  | DocumentWork
  | { readonly kind: 'refund'; readonly share: number }
  /** The customer tries to pay what is open, whatever else is under way. */
  | { readonly kind: 'pay' }
  | { readonly kind: 'event'; readonly event: SentEvent };

interface DrawnCommand {
  readonly at: Instant;
  readonly command: Command;
  /** The place of the subscription that an order is about. */
  readonly subject: number;
}

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];

export function drawCustomer(
  index: number,
  start: Instant,
  spanMs: number,
  swarm: Swarm,
  prng: Prng,
): CustomerPlan {
  const arrivesAt = instant(start + Math.floor(prng.next() ** 2 * spanMs * 0.5));
  const luck = prng.next();
  const card: Card =
    luck < 0.75
      ? { kind: 'good' }
      : luck < 0.85
        ? { kind: 'flaky' }
        : luck < 0.93
          ? { kind: 'three_d_secure' }
          : { kind: 'dying', diesAt: addMs(arrivesAt, prng.int(30, 400) * MS_PER_DAY) };
  return {
    index,
    id: `cus_${index}`,
    currencies: drawCurrencies(swarm, prng),
    timeZone: prng.pick(ZONES),
    // A stream of its own, so that what else a seed plays stays as it is.
    card: prng.fork('debit').chance(0.1) ? { kind: 'debit' } : card,
    hasPaymentMethod: prng.chance(0.9),
    taxMode: prng.chance(0.3) ? 'inclusive' : 'exclusive',
    consolidation: prng.fork('consolidation').pick(['as_due', 'as_due', 'as_due', 'day', 'month'] as const),
    arrivesAt,
  };
}

function drawCurrencies({ currencyLimit }: Swarm, prng: Prng): readonly CurrencyCode[] {
  const first = prng.int(0, CURRENCIES.length - 1);
  const second = (first + prng.int(1, CURRENCIES.length - 1)) % CURRENCIES.length;
  const isAlone = currencyLimit === 1 || prng.chance(0.5);
  return [first, second].slice(0, isAlone ? 1 : 2).flatMap((place) => CURRENCIES[place] ?? []);
}

/** How likely an order or work of each kind is on a day of a running subscription. */
const USUAL_RATES: Readonly<Record<OrderKind, number>> = {
  change: 0.004,
  seats: 0.005,
  cancel: 0.001,
  undo: 0.004,
  auto_renew: 0.001,
  pause: 0.002,
  resume: 0.02,
  coupon: 0.003,
  end_coupon: 0.0007,
  add_on: 0.002,
  add_on_quantity: 0.002,
  end_add_on: 0.0015,
  charge: 0.0015,
  override: 0.001,
  migrate: 0.0015,
  move_trial: 0.01,
  void: 0.006,
  reissue: 0.006,
  credit_note: 0.002,
};

/** Draws what a customer does on a day; made once for a swarm. */
export type DayDrawer = (
  habits: CustomerHabits,
  dayStart: Instant,
  /** How many subscriptions run or wait. */
  running: number,
) => readonly DrawnCommand[];

export function dayDrawer(swarm: Swarm): DayDrawer {
  const pickKind = kindPicker(swarm);
  return (habits, dayStart, running) => {
    const { prng } = habits;
    const drawn: DrawnCommand[] = [];
    const momentOf = (from: Prng) =>
      addMs(dayStart, from.int(0, MS_PER_DAY / MS_PER_MINUTE - 1) * MS_PER_MINUTE);
    const moment = () => momentOf(prng);
    const add = (at: Instant, command: Command) =>
      drawn.push({ at, command, subject: running > 1 ? prng.int(0, 5) : 0 });
    if (running < swarm.subscriptionLimit && prng.chance(running === 0 ? 0.02 : 0.0015))
      add(moment(), startOrder(prng, swarm));
    if (running > 0) {
      for (let kind = pickKind(prng); kind !== null; kind = pickKind(prng)) {
        const at = moment();
        add(at, drawCommand(kind, prng));
        // Some press twice, or think again within the same minute.
        if (prng.chance(0.1)) add(at, drawCommand(kind, prng));
      }
    }
    if (running > 0 && habits.later.chance(0.006)) {
      const at = momentOf(habits.later);
      add(at, drawDebitNote(habits.later));
      // Some find out at once that all of it was wrong.
      if (habits.later.chance(0.3))
        add(at, {
          kind: 'void',
          invoice: RELATED,
          periods: habits.later.pick(['bill_again', 'waive'] as const),
        });
    }
    if (prng.chance(0.033)) drawMoneyMatters(prng, moment, add);
    if (prng.chance(0.3 * swarm.usageRate)) {
      for (let count = prng.int(1, 4); count > 0; count -= 1) {
        const at = moment();
        add(at, { kind: 'event', event: drawEvent(habits, at) });
      }
    }
    if (swarm.corrections !== null && habits.later.chance(0.1 * swarm.usageRate)) {
      const at = momentOf(habits.later);
      add(at, { kind: 'event', event: drawLateEvent(habits, at) });
    }
    return drawn.sort((left, right) => left.at - right.at);
  };
}

/** Picks a kind by its rate, or none: one draw of chance for all of them. */
function kindPicker(swarm: Swarm): (prng: Prng) => OrderKind | null {
  let sum = 0;
  const bounds = (Object.entries(USUAL_RATES) as [OrderKind, number][]).map(([kind, rate]) => {
    sum += rate * swarm.rates[kind];
    return { kind, below: sum };
  });
  return (prng) => {
    const luck = prng.next();
    if (luck >= sum) return null;
    return bounds.find(({ below }) => luck < below)?.kind ?? null;
  };
}

function drawMoneyMatters(
  prng: Prng,
  moment: () => Instant,
  add: (at: Instant, command: Command) => void,
): void {
  if (prng.chance(0.9)) {
    add(moment(), { kind: 'pay' });
    return;
  }
  const at = moment();
  add(at, { kind: 'refund', share: prng.int(1, 100) });
  // Some ask again for more of the same payment.
  if (prng.chance(0.4)) add(at, { kind: 'refund', share: prng.int(1, 100) });
}

export function startOrder(prng: Prng, swarm: Swarm): Order {
  const inDays = prng.chance(0.1)
    ? prng.int(1, 20)
    : prng.chance(0.1)
      ? -prng.int(1, swarm.maxBackdateDays + 1)
      : 0;
  const phases = [];
  if (prng.chance(0.1)) {
    for (let left = prng.int(1, 3); left > 0; left -= 1)
      phases.push({
        offer: prng.int(0, OFFER_COUNT - 1),
        afterDays: prng.int(1, 120),
        seats: prng.int(1, 9),
      });
  }
  return {
    kind: 'start',
    currency: prng.int(0, 1),
    offer: prng.int(0, OFFER_COUNT - 1),
    seats: prng.int(1, 12),
    inDays,
    billingDay: prng.chance(0.2) ? prng.int(1, 31) : null,
    trialEnd: prng.pick(['convert', 'convert', 'cancel', 'cancel_without_payment_method'] as const),
    endAfterPeriods: prng.chance(0.05) ? prng.int(1, 8) : null,
    overrideFactor: prng.chance(0.1) ? BigInt(prng.int(1, 3)) : null,
    phases,
  };
}

function drawMoment(prng: Prng): Moment {
  return prng.chance(0.5) ? 'now' : prng.chance(0.6) ? 'period_end' : { inDays: prng.int(0, 60) };
}

function drawCommand(kind: OrderKind, prng: Prng): Command {
  const isProrated = prng.chance(0.8);
  const creditUnused = prng.chance(0.5);
  const addOn = prng.int(0, 3);
  const when = drawMoment(prng);
  switch (kind) {
    case 'change':
      return {
        kind,
        offer: prng.int(0, OFFER_COUNT - 1),
        when: prng.chance(0.3) ? 'by_direction' : when,
        isProrated,
      };
    case 'seats':
      return { kind, seats: prng.int(1, 15), when, isProrated };
    case 'cancel':
      return { kind, when, creditUnused };
    case 'undo':
      return { kind, step: prng.int(0, 3) };
    case 'auto_renew':
      return { kind, isOn: prng.chance(0.5) };
    case 'pause': {
      const mode = prng.pick(['keep_period', 'stop_period'] as const);
      return {
        kind,
        mode,
        inDays: prng.pick([0, 0, 5, 40]),
        forDays: prng.chance(0.6) ? prng.int(1, 70) : null,
      };
    }
    case 'resume':
      return { kind, inDays: prng.pick([0, 0, 7]) };
    case 'coupon':
      return { kind, coupon: prng.int(0, 5) };
    case 'end_coupon':
      return { kind };
    case 'add_on':
    case 'charge':
      return { kind, addOn, quantity: prng.int(1, 4) };
    case 'add_on_quantity':
      return { kind, addOn, quantity: prng.int(1, 6), when, isProrated };
    case 'end_add_on':
      return { kind, addOn, when, creditUnused };
    case 'override':
      return { kind, price: prng.int(0, 2), factor: BigInt(prng.int(1, 3)), isProrated };
    case 'migrate':
      return { kind, when: prng.pick(['now', 'at_renewal'] as const), isProrated };
    case 'move_trial':
      return { kind, inDays: prng.int(0, 30) };
    case 'void':
      return {
        kind,
        invoice: prng.int(0, 7),
        periods: prng.pick(['bill_again', 'waive'] as const),
      };
    case 'reissue':
      return { kind, invoice: prng.int(0, 7) };
    case 'credit_note':
      return { kind, invoice: prng.int(0, 7), shares: drawShares(prng), isRefunded: prng.chance(0.3) };
  }
}
