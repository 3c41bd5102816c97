import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Account, at, flat, metered, startDecision, unwrap, version } from '../testing/factories.ts';
import { history, type Playing, playHistory } from '../testing/histories.ts';
import { addMs, type Instant, instant, MS_PER_DAY } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';
import { type Consolidation, type Release, releaseAt } from './consolidation.ts';
import type { ProposedLine } from './line.ts';

const BERLIN = zoneNamed('Europe/Berlin');
/**
 * Each command at a moment of its own: what begins and ends in one moment is never billed where it waited, and never
 * credited where it did not.
 */
const apart = history.map((tale) => ({
  ...tale,
  operations: tale.operations.map((operation, index) => ({
    ...operation,
    day: Math.floor(operation.day * 10) / 10 + 0.003 * (index + 1),
  })),
}));

/** Coupons come off what is billed next, so what waits when one is added is cheaper: the laws are of prices. */
const priced = apart.map((tale) => ({
  ...tale,
  operations: tale.operations.filter(({ kind }) => kind !== 'discount'),
}));
/** What was billed of each item from each moment on: a charge that is taken back whole comes to nothing. */
function sums(lines: readonly ProposedLine[]): Record<string, bigint> {
  const found: Record<string, bigint> = {};
  for (const { itemId, servicePeriod, amountMinor } of lines) {
    const name = `${itemId} ${servicePeriod.start}`;
    found[name] = (found[name] ?? 0n) + amountMinor;
  }
  return Object.fromEntries(Object.entries(found).filter(([, sum]) => sum !== 0n));
}

const releaseOf = (how: Consolidation, now: Instant): Release | undefined =>
  how === 'as_due' ? undefined : releaseAt(how, now, BERLIN);

/** The lines of a history, all that waits billed at its end. */
function linesOf(tale: Parameters<typeof playHistory>[0], release?: Playing['release']) {
  const playing = { everyDays: 0, atDueMoments: true };
  const { account, end } = playHistory(tale, release === undefined ? playing : { ...playing, release });
  const held = account.books.invoices.size;
  account.release = null;
  account.bill(end);
  const lines = account.lines();
  expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
  return { lines, invoices: [...account.books.invoices.values()].slice(0, held) };
}

test.each(['day', 'month'] as const)(
  'I490 invoices by %s claim line for line what invoices as it falls due claim, and none is twice or left out',
  (how) => {
    fc.assert(
      fc.property(priced, (tale) => {
        const single = linesOf(tale);
        const together = linesOf(tale, (now) => releaseOf(how, now));
        expect(sums(together.lines)).toEqual(sums(single.lines));
        for (const { invoice } of together.invoices) {
          const { through } = releaseAt(how, invoice.issuedAt, BERLIN);
          for (const { billableAt } of invoice.lines) expect(billableAt).toBeLessThanOrEqual(through);
        }
      }),
      { numRuns: 80 },
    );
  },
);

test('I491 whoever changes it in the middle of a period is billed for the same, once', () => {
  const modes = fc.array(fc.constantFrom<Consolidation>('as_due', 'day', 'month'), {
    minLength: 2,
    maxLength: 9,
  });
  fc.assert(
    fc.property(priced, modes, (tale, chosen) => {
      const turned = (now: Instant) => {
        const at = Math.max(Math.floor((now - tale.start) / (37 * MS_PER_DAY)), 0);
        return releaseOf(chosen[at % chosen.length] as Consolidation, now);
      };
      expect(sums(linesOf(tale, turned).lines)).toEqual(sums(linesOf(tale).lines));
    }),
    { numRuns: 80 },
  );
});

test('I490 several subscriptions, charges and usage of a month stand on one invoice of its end', () => {
  const account = new Account();
  account.release = (now) => releaseAt('month', now, BERLIN);
  const day = (text: string) => at(`${text}T10:00:00Z`);
  const plan = version('p', [flat('p', 3000n), metered('m', '0.5')]);
  account.start(day('2026-03-03'), plan);
  account.apply(unwrap(startDecision(day('2026-03-12'), plan, { more: { subscriptionId: 'sub_2' } })));
  account.use('meter_m', day('2026-03-20'), 10n);
  const issued: { at: Instant; lines: number; netMinor: bigint }[] = [];
  const until = at('2026-05-01T00:00:00Z');
  for (let now = day('2026-03-12'); now <= until; now = instant(now + MS_PER_DAY / 4)) {
    const { invoice } = account.bill(now);
    if (invoice !== null)
      issued.push({ at: now, lines: invoice.lines.length, netMinor: invoice.totals.netMinor });
  }
  // The first of a month in Berlin has begun by then.
  expect(issued).toEqual([
    { at: at('2026-03-31T22:00:00Z'), lines: 2, netMinor: 6000n },
    { at: at('2026-04-30T22:00:00Z'), lines: 4, netMinor: 6000n + 2n * 500n },
  ]);
});

test('I490 what falls due at the turn itself belongs to the month that ends, in the seller’s calendar', () => {
  const turn = at('2026-03-28T23:00:00Z');
  expect(releaseAt('day', turn, BERLIN)).toEqual({ through: turn, next: at('2026-03-29T22:00:00Z') });
  expect(releaseAt('day', addMs(turn, -1), BERLIN).next).toBe(turn);
  expect(releaseAt('month', turn, BERLIN)).toEqual({
    through: at('2026-02-28T23:00:00Z'),
    next: at('2026-03-31T22:00:00Z'),
  });
});

test('I490 a coupon that comes while lines wait comes off them too, and no line is twice or left out', () => {
  const charges = (lines: readonly ProposedLine[]) =>
    sums(
      lines
        .filter(({ kind }) => kind !== 'proration_credit')
        .map((line) => ({ ...line, amountMinor: line.grossMinor })),
    );
  fc.assert(
    fc.property(apart, (tale) => {
      const together = linesOf(tale, (now) => releaseOf('month', now)).lines;
      const single = linesOf(tale).lines;
      // A credit takes back what was charged after coupons, so that lives with credits differ by those as well.
      const isCredited = [...together, ...single].some(({ kind }) => kind === 'proration_credit');
      if (!isCredited) expect(charges(together)).toEqual(charges(single));
    }),
    { numRuns: 80 },
  );
});
