import { type Meter, termsOf } from '@billhook/core/catalog/meter';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import {
  addFigures,
  EMPTY_FIGURE,
  exactQuantity,
  type Figure,
  type PeriodFigure,
  roundQuantity,
} from '@billhook/core/usage/figure';
import type { QueryCtx } from '../../platform/context.ts';
import { scaledFromNumeric } from '../../platform/numeric.ts';
import { countDifferent, figuresOfEvents, figuresOfHours, readingsAtRank } from './read-figures.ts';
import { measuredSpan, type Stretch, stretchesOf } from './stretches.ts';

/** What is asked of a meter: how it measures says how readings come together. */
export type AskedMeter = Pick<Meter, 'id' | 'aggregation' | 'terms'> & Partial<Pick<Meter, 'valueProperty'>>;

export type PeriodRequest = { customerId: string; meter: AskedMeter; start: Instant; end: Instant };

export type PeriodQuantity = {
  /** Rounded to the meter's step. */
  quantity: Decimal12;
  eventCount: bigint;
  /** Reserved for an archive's proof of the readings; none is computed yet. */
  digest: null;
};

/** A quantity with what it was before it was rounded. */
export type Measured = PeriodQuantity & { measured: Decimal12 };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Measured usage of half-open periods, exactly, for any number of requests in a few statements: whole hours come from
 * the hourly figures and sets of values, what lies before the first and after the last whole hour from the events
 * themselves; percentiles come from events alone. A level rests on everything up to the end of its period.
 */
export async function measure(ctx: QueryCtx, requests: readonly PeriodRequest[]): Promise<Measured[]> {
  const { hours, edges } = stretchesOf(
    requests.map((request) => (byRank(request) ? { ...request, end: request.start } : request)),
    ctx.now,
  );
  const figures = requests.map(
    (): Mutable<PeriodFigure> => ({ inside: EMPTY_FIGURE, opening: 0n, uniqueCount: 0n, atRank: null }),
  );
  const put = (position: number, change: (figure: Mutable<PeriodFigure>) => void) => {
    const figure = figures[position];
    if (figure !== undefined) change(figure);
  };
  const found = [...(await figuresOfHours(ctx, hours)), ...(await figuresOfEvents(ctx, edges))];
  for (const { position, isBefore, figure } of found) put(position, (sum) => addTo(sum, figure, isBefore));
  const unique = { hours: hours.filter(countsDifferent), edges: edges.filter(countsDifferent) };
  for (const row of await countDifferent(ctx, unique))
    put(row.position, (sum) => {
      sum.uniqueCount = BigInt(row.found ?? '0');
    });
  for (const row of await readingsAtRank(ctx, ranksOf(requests)))
    put(row.position, (sum) => {
      sum.inside = { ...EMPTY_FIGURE, eventCount: row.event_count };
      sum.atRank = row.found === null ? null : scaledFromNumeric(row.found);
    });
  return requests.map((request, position) => {
    const figure = figures[position] as PeriodFigure;
    const exact = exactQuantity(request.meter, figure, measuredSpan(request, ctx.now));
    const rounded = roundQuantity(exact, termsOf(request.meter).rounding);
    return { ...rounded, eventCount: figure.inside.eventCount, digest: null };
  });
}

function addTo(sum: Mutable<PeriodFigure>, figure: Figure, isBefore: boolean): void {
  if (isBefore) sum.opening += figure.sum;
  else sum.inside = addFigures(sum.inside, figure);
}

const byRank = ({ meter }: PeriodRequest) => meter.aggregation === 'percentile';
const countsDifferent = ({ request }: Stretch) => request.meter.aggregation === 'unique';

function ranksOf(requests: readonly PeriodRequest[]): (Stretch & { percentile: string })[] {
  return requests.flatMap((request, position) => {
    const { percentile } = termsOf(request.meter);
    if (!byRank(request) || percentile === null) return [];
    const { start, end } = request;
    const stretch = { position, request, start, end, isBefore: false };
    return [{ ...stretch, percentile: formatDecimal12(percentile) }];
  });
}
