import { describe, expect, test } from 'vitest';
import type { Price } from '../catalog/price.ts';
import type { SubscriptionItem } from '../subscriptions/subscription.ts';
import { Account, at, dec, flat, metered, type StartOptions, version } from '../testing/factories.ts';
import { MS_PER_DAY } from '../time/instant.ts';
import { lineKey } from './line.ts';
import { missingSpansOf, type SpanContext, usageSpans } from './service-spans.ts';

const APRIL = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };
const MID = at('2026-04-16T00:00:00Z');

function day(number: number) {
  return at(`2026-04-${`${number}`.padStart(2, '0')}T00:00:00Z`);
}

/** The spans of one item that was sold on 1 April, seen at a moment. */
function seen(
  price: Price,
  now: number,
  item: Partial<SubscriptionItem> = {},
  more: { billed?: readonly string[]; usageGraceMs?: number; start?: number } & StartOptions = {},
) {
  const start = (more.start ?? APRIL.start) as typeof APRIL.start;
  const { subscription } = new Account().start(start, version('v', [price]), more);
  const [sold] = subscription.items as [SubscriptionItem];
  const context: SpanContext = {
    now: now as SpanContext['now'],
    usageGraceMs: more.usageGraceMs ?? 0,
    billedByKey: new Map((more.billed ?? []).map((key) => [key, null])),
    parts: new Map(),
  };
  return missingSpansOf(subscription, { ...sold, id: 'item', ...item }, context);
}

const CHARGE = lineKey('item', 'recurring', APRIL.start);
const CREDIT = lineKey('item', 'proration_credit', APRIL.start);
const base = flat('base', 1000n);

describe('a price in advance', () => {
  test('has a span for every period that began, whole or from where its item begins', () => {
    const charge = {
      key: CHARGE,
      kind: 'recurring',
      item: expect.objectContaining({ id: 'item' }),
      periodIndex: 0,
      billingPeriod: APRIL,
      servicePeriod: { start: day(5), end: APRIL.end },
      billableAt: day(5),
      chargedKey: null,
      position: 'single',
    };
    const late = { activeFrom: day(5) };
    expect(seen(base, day(5) - 1, late)).toEqual([]);
    expect(seen(base, day(5), late)).toEqual([charge]);
    const may = { start: APRIL.end, end: at('2026-06-01T00:00:00Z') };
    expect(seen(base, APRIL.end, late)).toEqual([
      charge,
      {
        ...charge,
        key: lineKey('item', 'recurring', may.start),
        periodIndex: 1,
        billingPeriod: may,
        servicePeriod: may,
        billableAt: may.start,
      },
    ]);
  });

  test('gives back the time after the end of its item, where the end says so and once it has come', () => {
    const ended = { activeTo: MID, creditUnused: true };
    const [charge, credit, ...rest] = seen(base, MID, ended);
    expect(charge).toMatchObject({ key: CHARGE, servicePeriod: APRIL });
    expect(credit).toEqual({
      ...charge,
      key: CREDIT,
      kind: 'proration_credit',
      servicePeriod: { start: MID, end: APRIL.end },
      billableAt: MID,
      chargedKey: CHARGE,
    });
    expect(rest).toEqual([]);
    const keys = (now: number, item: Partial<SubscriptionItem>) =>
      seen(base, now, item).map(({ key }) => key);
    expect(keys(MID - 1, ended)).toEqual([CHARGE]);
    expect(keys(MID, { ...ended, creditUnused: false })).toEqual([CHARGE]);
    expect(keys(APRIL.end, { ...ended, activeTo: APRIL.end })).toEqual([CHARGE]);
  });

  test.each([
    ['neither charged nor credited', [], []],
    ['credited where the charge is out', [CHARGE], [CREDIT]],
    ['charged where the credit is out', [CREDIT], [CHARGE]],
  ])('that ends in the moment its period begins is %s', (_, billed, expected) => {
    for (const proration of ['second', 'none'] as const) {
      const ended = { activeTo: APRIL.start, creditUnused: true };
      const spans = seen({ ...base, proration }, APRIL.end, ended, { billed });
      expect(spans.map(({ key }) => key)).toEqual(expected);
    }
  });

  test('that is not prorated keeps a period that was begun', () => {
    const spans = seen({ ...base, proration: 'none' }, MID, { activeTo: MID, creditUnused: true });
    expect(spans.map(({ key }) => key)).toEqual([CHARGE]);
  });

  test('has none for a day that its zone skipped, also once the days around it are billed', () => {
    const daily = flat('daily', 100n, { cadence: { interval: 'day', count: 1 } });
    const start = at('2011-12-28T10:00:00Z');
    const starts = [start, at('2011-12-29T10:00:00Z'), at('2011-12-30T10:00:00Z')];
    const billed = starts.map((moment) => lineKey('item', 'recurring', moment));
    const spans = (more: object) =>
      seen(daily, at('2011-12-31T00:00:00Z'), {}, { ...more, start, timeZone: 'Pacific/Apia' });
    expect(spans({}).map(({ servicePeriod }) => servicePeriod.start)).toEqual(starts);
    expect(spans({ billed })).toEqual([]);
  });
});

describe('a price in arrears', () => {
  test('has a span once its period or its item has ended, and usage once it cannot arrive any more', () => {
    const inArrears = flat('base', 1000n, { timing: 'in_arrears' });
    const usageGraceMs = MS_PER_DAY;
    expect(seen(inArrears, APRIL.end - 1)).toEqual([]);
    expect(seen(inArrears, APRIL.end, {}, { usageGraceMs })).toMatchObject([
      { kind: 'recurring', servicePeriod: APRIL, billableAt: APRIL.end },
    ]);
    const ended = { activeTo: MID };
    const served = { start: APRIL.start, end: MID };
    expect(seen(inArrears, MID, ended)).toMatchObject([{ kind: 'recurring', servicePeriod: served }]);
    const api = metered('api', '1');
    expect(seen(api, day(17) - 1, ended, { usageGraceMs })).toEqual([]);
    expect(seen(api, day(17), ended, { usageGraceMs })).toMatchObject([
      { kind: 'usage', servicePeriod: served, billableAt: day(17), position: 'single' },
    ]);
    expect(seen(api, APRIL.end, { activeTo: APRIL.start })).toEqual([]);
  });
});

describe('the usage of a period that is billed in parts', () => {
  const [item] = new Account().start(APRIL.start, version('v', [metered('api', '1')])).subscription.items as [
    SubscriptionItem,
  ];
  const key = (part: number) => lineKey(item.id, 'usage', APRIL.start, part);

  /** The stretches that are left of the days up to `end`, beside the parts that stand. */
  function left(
    parts: readonly (readonly [number, number])[],
    end: typeof MID,
    isOver: boolean,
    taken: number[],
  ) {
    const stretches = parts.map(([from, to]) => ({
      servicePeriod: { start: day(from), end: to === 31 ? APRIL.end : day(to) },
      quantity: dec('1'),
      grossMinor: 1n,
    }));
    const context: SpanContext = {
      now: end,
      usageGraceMs: 0,
      billedByKey: new Map(taken.map((part) => [key(part), null])),
      parts: new Map(parts.length === 0 ? [] : [[item.id, new Map([[APRIL.start, stretches]])]]),
    };
    const service = { start: APRIL.start, end };
    return usageSpans(item, { index: 0, period: APRIL }, service, { billableAt: end, isOver, context }).map(
      (span) => [span.key, span.servicePeriod.start, span.servicePeriod.end, span.position],
    );
  }

  test('is one stretch where no part stands, and settles the period if that is over', () => {
    expect(left([], APRIL.end, true, [])).toEqual([[key(0), APRIL.start, APRIL.end, 'single']]);
    expect(left([], MID, false, [])).toEqual([[key(0), APRIL.start, MID, 'mid']]);
  });

  test('is settled by the stretch at its end alone, and takes the numbers that are free', () => {
    expect(left([[5, 10]], APRIL.end, true, [1])).toEqual([
      [key(0), APRIL.start, day(5), 'mid'],
      [key(2), day(10), APRIL.end, 'last'],
    ]);
    expect(left([[20, 31]], APRIL.end, true, [0])).toEqual([[key(1), APRIL.start, day(20), 'mid']]);
    expect(left([[1, 10]], MID, false, [0])).toEqual([[key(1), day(10), MID, 'mid']]);
  });
});
