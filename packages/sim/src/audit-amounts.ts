import type { Price } from '@billhook/core/catalog/price';
import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import type { Report } from './violation.ts';

/**
 * The auditor's own arithmetic. It shares no function with core: prices, shares of time and calendar steps are worked
 * out again in the plainest way, with the runtime's own calendar instead of core's zone tables.
 */

const E12 = 10n ** 12n;

/** I05, I62: the amount of a line by hand. */
export function checkAmount(
  line: InvoiceLine,
  price: Price,
  charge: ChargedLine | null,
  minorPerMajor: bigint,
  report: Report,
): void {
  if (line.kind === 'proration_credit') {
    checkCredit(line, charge, report);
    return;
  }
  let numerator = priceNumerator(price, line.quantity, minorPerMajor);
  let denominator = E12 * E12 * perOf(price);
  if (line.kind !== 'usage') {
    const { servicePeriod, explanation } = line;
    numerator *= BigInt(servicePeriod.end - servicePeriod.start);
    denominator *= BigInt(explanation.billingPeriod.end - explanation.billingPeriod.start);
  }
  const expected = (2n * numerator + denominator) / (2n * denominator);
  if (expected !== line.amountMinor)
    report('I62', `${line.key} is ${line.amountMinor}, by hand it is ${expected}`);
}

type ChargedLine = Pick<InvoiceLine, 'amountMinor' | 'servicePeriod'>;

/** A credit takes back the unused share of what its charge came to. */
function checkCredit(line: InvoiceLine, charge: ChargedLine | null, report: Report): void {
  const length = ({ servicePeriod }: ChargedLine) => BigInt(servicePeriod.end - servicePeriod.start);
  if (charge === null) {
    report('I62', `${line.key} takes back what was never charged`);
    return;
  }
  const numerator = charge.amountMinor * length(line);
  const denominator = length(charge);
  const expected = -((2n * numerator + denominator) / (2n * denominator));
  if (expected !== line.amountMinor)
    report('I62', `${line.key} is ${line.amountMinor}, by hand it is ${expected}`);
}

/** How many units one price covers. */
function perOf({ model }: Price): bigint {
  return model.kind === 'per_unit' || model.kind === 'graduated' ? model.per : 1n;
}

function priceNumerator(price: Price, quantity: bigint, minorPerMajor: bigint): bigint {
  const { model } = price;
  if (model.kind === 'flat') return model.amountMinor * E12 * E12;
  if (model.kind === 'per_unit') return quantity * model.unitPrice * minorPerMajor;
  if (model.kind !== 'graduated') throw new Error(`The simulator does not sell ${model.kind} prices.`);
  let sum = 0n;
  let below = 0n;
  for (const [index, tier] of model.tiers.entries()) {
    if (index > 0 && quantity <= below) break;
    const top = tier.upTo === null || tier.upTo > quantity ? quantity : tier.upTo;
    sum += (top - below) * tier.unitPrice * minorPerMajor + tier.flatMinor * E12 * E12 * model.per;
    below = tier.upTo ?? quantity;
  }
  return sum;
}

const formats = new Map<string, Intl.DateTimeFormat>();

interface LocalFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}

function localFields(epochMs: number, timeZone: string): LocalFields {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = (
    format.format(epochMs).match(/\d+/g) ?? []
  ).map(Number);
  return { year, month, day, minutes: hour * 60 + minute };
}

const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, half_year: 6, year: 12 };

/** I03: both bounds of a line's period lie where the calendar says, counted from the anchor. */
export function checkBounds(
  line: InvoiceLine,
  item: SubscriptionItem,
  subscription: Subscription,
  report: Report,
): void {
  const { billingPeriod, periodIndex } = line.explanation;
  for (const [offset, bound] of [billingPeriod.start, billingPeriod.end].entries()) {
    const wanted = stepFrom(localFields(item.anchorAt, subscription.timeZone), item, periodIndex + offset);
    const found = localFields(bound, subscription.timeZone);
    const sameDay = found.year === wanted.year && found.month === wanted.month && found.day === wanted.day;
    // A local time that a clock change skips lies an hour later; half an hour nowhere here.
    const late = found.minutes - wanted.minutes;
    if (!sameDay || (late !== 0 && late !== 60)) {
      report('I03', `${line.key} bounds period ${periodIndex} at ${new Date(bound).toISOString()}`);
    }
  }
}

function stepFrom(anchor: LocalFields, item: SubscriptionItem, n: number): LocalFields {
  const { interval, count } = item.price.cadence;
  const months = MONTHS[interval];
  if (months === undefined) {
    const days = (interval === 'week' ? 7 : 1) * count * n;
    const date = new Date(Date.UTC(anchor.year, anchor.month - 1, anchor.day + days));
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      minutes: anchor.minutes,
    };
  }
  const first = new Date(Date.UTC(anchor.year, anchor.month - 1 + months * count * n, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return {
    year: first.getUTCFullYear(),
    month: first.getUTCMonth() + 1,
    day: Math.min(anchor.day, lastDay),
    minutes: anchor.minutes,
  };
}
