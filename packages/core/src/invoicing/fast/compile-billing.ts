import type { Subscription } from '../../subscriptions/subscription.ts';
import type { Instant } from '../../time/instant.ts';
import { joinsLines } from '../entries.ts';
import { type BilledLine, lineKey } from '../line.ts';
import type { BillingSettings } from '../settings.ts';
import type { TaxChoice } from '../tax.ts';
import { thresholdOf } from '../threshold.ts';
import { type BoundaryTable, momentAt } from './boundary-table.ts';
import { CompiledBilling, type PendingCredit } from './compiled-billing.ts';
import { type FastDiscount, fastDiscounts } from './fast-discounts.ts';
import { fastTaxes } from './fast-taxes.ts';
import { type LineSource, onceSource, type SourceScope, sourcesOfItem } from './line-source.ts';

export interface CompileInput {
  readonly subscription: Subscription;
  /** Every line of the subscription that stands on an invoice that is not void. */
  readonly billed: readonly BilledLine[];
  readonly settings: BillingSettings;
  readonly taxChoice: TaxChoice;
  readonly creditBalanceMinor: bigint;
}

/**
 * Makes the billing of one subscription ready to be run again and again: grids, prices, discounts and tax are prepared
 * once, and a run computes in plain numbers what `decideInvoice` computes, to the unit. For previews while a figure is
 * dragged, for a year ahead, for trying a price on many customers.
 *
 * Null where something needs `decideInvoice`: thresholds, lines that are rounded together, commitments, prices over single events or values, several
 * rates on a line, percentages rounded on a total, figures too fine for plain numbers, or billed lines that are not those
 * of the first periods of every price.
 */
export function compileBilling(input: CompileInput): CompiledBilling | null {
  const { subscription, settings, taxChoice } = input;
  const billed = input.billed.filter((line) => line.subscriptionId === subscription.id);
  if (subscription.billingAuthority === 'stripe' || thresholdOf(input) !== null) return null;
  if (joinsLines(settings.proration)) return null;
  const sources = sourcesOf(subscription, { ...input, billed });
  if (sources === null || !isWithinBounds(sources, subscription, settings)) return null;
  const places = placesAtStart(sources, billed);
  if (places === null) return null;
  const taxes = fastTaxes(sources, taxChoice, settings);
  if (taxes === null) return null;
  const discounts = fastDiscounts(subscription, sources, billed, settings);
  if (discounts === null) return null;
  const credits = sources.map((source) => pendingCredit(source, billed, discounts));
  return new CompiledBilling({
    subscription,
    settings,
    taxChoice,
    sources,
    taxes,
    discounts,
    credits,
    creditFor: Int32Array.from(sources, (source) => sources.findIndex(({ charge }) => charge === source)),
    places,
    validUntil: nextTurn(subscription),
    creditBalanceMinor: Number(input.creditBalanceMinor),
  });
}

/**
 * The place of the first period of each source that is not billed. Null unless the billed lines are just those of the
 * periods before it, over the service that they would be proposed for.
 */
function placesAtStart(sources: readonly LineSource[], billed: readonly BilledLine[]): Int32Array | null {
  const byKey = new Map(billed.map((line) => [line.key, line]));
  let found = 0;
  const isBilled = (key: string, start: number, end: number): boolean => {
    const line = byKey.get(key);
    if (line === undefined || line.servicePeriod.start !== start || line.servicePeriod.end !== end)
      return false;
    found += 1;
    return true;
  };
  const places = Int32Array.from(sources, (source) => firstPlace(source, isBilled));
  return found === billed.length && !billed.some((line) => line.isWaived === true) ? places : null;
}

type IsBilled = (key: string, start: number, end: number) => boolean;

function firstPlace(source: LineSource, isBilled: IsBilled): number {
  const { table, kind, facts, activeFrom, activeTo } = source;
  const keyAt = (start: number) => lineKey(facts.id, kind, start as Instant);
  if (table === null) return isBilled(`${facts.id}/one_off`, activeFrom, activeFrom) ? 1 : 0;
  if (source.shape === 'credit') {
    const start = momentAt(table, source.creditPlace);
    return isBilled(keyAt(start), source.creditAt, momentAt(table, source.creditPlace + 1)) ? 1 : 0;
  }
  for (let place = 0; ; place += 1) {
    const start = momentAt(table, place);
    if (start > activeTo) return place;
    const end = momentAt(table, place + 1);
    const from = Math.max(start, activeFrom);
    const to = Math.min(end, activeTo);
    if (isBilled(keyAt(start), from, source.shape === 'advance' ? end : to)) continue;
    // An item that ended in the moment its period began has no line there unless it is billed, nor has a skipped day.
    if (from < to) return place;
  }
}

function sourcesOf(
  subscription: Subscription,
  { billed, settings }: CompileInput,
): readonly LineSource[] | null {
  const scope: SourceScope = {
    subscription,
    settings,
    ratingPolicy: { ...settings.rating, rounding: settings.rounding },
    tables: new Map(),
    billedKeys: new Set(billed.map((line) => line.key)),
  };
  const found: LineSource[] = [];
  for (const item of subscription.items) {
    const sources = sourcesOfItem(item, scope);
    if (sources === null) return null;
    found.push(...sources);
  }
  for (const charge of subscription.charges) {
    const source = onceSource(charge, scope);
    if (source === null) return null;
    found.push(source);
  }
  // An id with the separator in it would stand elsewhere among the lines of a document.
  if (found.some(({ facts }) => facts.id.includes('/'))) return null;
  // As `byTime` orders the lines of one moment: by their keys, which begin so.
  const nameOf = ({ facts, kind }: LineSource) => `${facts.id}/${kind}`;
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Whether the bounds on the lines of a day hold for any run, so that no run has to count them. */
function isWithinBounds(
  sources: readonly LineSource[],
  { items }: Subscription,
  settings: BillingSettings,
): boolean {
  const once = sources.filter(({ shape }) => shape === 'once').length;
  const daily = sources.reduce((sum, source) => sum + linesADay(source), 0);
  const prices = new Map<string, number>();
  for (const source of sources) {
    if (source.item === null) continue;
    const key = `${source.item.price.id}/${source.kind}`;
    prices.set(key, Math.max(prices.get(key) ?? 0, linesADay(source)));
  }
  const most = [...prices.values()].reduce((sum, count) => sum + count, once);
  const count = new Set(items.map((item) => item.price.id)).size;
  const bound = Math.max(settings.maxLinesPerSubscriptionDay, count * settings.maxLinesPerPriceDay);
  return most <= bound && daily <= settings.maxLinesPerInvoice;
}

/**
 * At most how many lines of a source fall on one day: the rest of a period and the next one where an item begins or ends
 * beside a boundary, and one more where a clock change puts the beginning of the next local day into a day of UTC.
 */
function linesADay({ item, shape }: LineSource): number {
  if (item === null || shape === 'credit') return 1;
  return item.price.cadence.interval === 'day' ? 3 : 2;
}

const NOT_LOWERED = -1n;

/** The charge that a credit takes back a part of, where it is billed already. */
function pendingCredit(
  source: LineSource,
  billed: readonly BilledLine[],
  discounts: readonly FastDiscount[],
): PendingCredit | null {
  if (source.shape !== 'credit') return null;
  const start = momentAt(source.table as BoundaryTable, source.creditPlace) as Instant;
  const key = lineKey(source.facts.id, 'recurring', start);
  const charge = billed.find((line) => line.key === key);
  const taken = discounts.map(({ discount, table }) => {
    const one = charge?.discounts.find(({ discountId }) => discountId === discount.id);
    return {
      minor: Number(one?.amountMinor ?? NOT_LOWERED),
      place: (one?.periodIndex ?? 0) - (table?.firstIndex ?? 0),
    };
  });
  return {
    chargedMinor: Number(charge?.amountMinor ?? 0n),
    creditedMinor: Number(charge?.creditedMinor ?? 0n),
    takenMinor: taken.map(({ minor }) => minor),
    takenPlace: taken.map(({ place }) => place),
  };
}

/** The first moment at which the subscription itself becomes another one. */
function nextTurn({ schedule, status, trialEnd, trialEndAt }: Subscription): number {
  const first = schedule.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const isWaiting = status === 'scheduled' || status === 'trialing';
  return isWaiting && trialEnd !== 'convert' && trialEndAt !== null ? Math.min(first, trialEndAt) : first;
}
