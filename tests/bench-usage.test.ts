import { describe, expect, test } from 'vitest';
import {
  amount,
  exitCodeOf,
  judge,
  judgeShare,
  linesOf,
  median,
  pageOf,
  peerLines,
  percentile,
  type Row,
  ratioTo,
  replaceBetween,
  spreadPercent,
  tableOf,
} from '../bench/usage/figures.ts';
import { equal, failed, joinProofs } from '../bench/usage/proofs.ts';
import { readSettings } from '../bench/usage/settings.ts';

const row: Row = {
  line: 'ingest-1',
  name: 'ingest',
  unit: '/s',
  must: { at: 'least', value: 25_000 },
  goal: { at: 'least', value: 32_000 },
  runs: [26_000, 30_000, 25_000],
  p50Ms: 1.5,
  p99Ms: 4.25,
  mostP99Ms: 8,
  perCommit: 120.4,
  limits: [{ name: 'bare insert', runs: [52_000, 40_000, 50_000] }],
  proofs: [{ name: 'stored once', isTrue: true, seen: '7' }],
  notes: [],
};

describe('figures', () => {
  test('the median of an even number is the mean of the two in the middle, of none it is no number', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('a percentile is a value that was seen: the nearest rank, in whatever order they came', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile([10, 9], 0.99)).toBe(10);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test('the spread is told of the median, and the ratio is the median of those of the rounds', () => {
    expect(spreadPercent([90, 100, 120])).toBe(30);
    expect(ratioTo(row.runs, { name: 'bare', runs: [52_000, 40_000, 50_000] })).toBe(0.5);
    expect(ratioTo(row.runs, { name: 'one round only', runs: [52_000] })).toBe(0.5);
  });
});

describe('verdicts', () => {
  test('a rate is reached from below and a time from above; the bound itself is reached', () => {
    expect(judge(row, row.must)).toBe('reached');
    expect(judge(row, row.goal)).toBe('missed');
    expect(judge(row, { at: 'least', value: 26_000 })).toBe('reached');
    expect(judge(row, { at: 'most', value: 25_999 })).toBe('missed');
    expect(judge(row, null)).toBe('not asked');
  });

  test('what must hold is missed when the 99th percentile is too slow, whatever the rate', () => {
    expect(judge({ ...row, p99Ms: 8.01 }, row.must)).toBe('missed');
    const { p99Ms: _, ...untimed } = row;
    expect(judge(untimed, untimed.must)).toBe('unknown');
  });

  test('where a share of a limit is asked for it is judged beside the rate, and both must be reached', () => {
    const limit = { name: 'bare insert', runs: [52_000, 40_000, 50_000], least: 0.5 };
    const above = { ...limit, least: 0.51 };
    expect([limit, above].map((one) => judgeShare(row, one))).toEqual(['reached', 'missed']);
    expect(judgeShare(row, { ...limit, runs: [] })).toBe('unknown');
    expect(judgeShare(row, row.limits[0] as (typeof row.limits)[0])).toBe('not asked');
    expect(exitCodeOf([{ ...row, limits: [limit] }])).toBe(0);
    expect(exitCodeOf([{ ...row, limits: [above] }])).toBe(1);
    expect(exitCodeOf([{ ...row, runs: [24_000], limits: [limit] }])).toBe(1);
    expect(linesOf({ ...row, limits: [above] }).join('\n')).toContain('50 %, must 51 %: missed');
  });

  test('what was not measured is unknown, and never reached', () => {
    const unknown = { ...row, runs: [Number.NaN] };
    expect(judge(unknown, unknown.must)).toBe('unknown');
    expect(exitCodeOf([row, unknown])).toBe(1);
  });

  test('a fast answer that is wrong fails before everything else', () => {
    const wrong = { ...row, proofs: [{ name: 'stored once', isTrue: false, seen: '6, which must be 7' }] };
    expect(exitCodeOf([row])).toBe(0);
    expect(exitCodeOf([row, { ...row, runs: [1] }])).toBe(1);
    expect(exitCodeOf([row, { ...row, runs: [1] }, wrong])).toBe(2);
    expect(linesOf(wrong).join('\n')).toContain('FALSE  stored once: 6, which must be 7');
  });

  test('a proof is false when a count is off by one, a request was refused, or none was answered', () => {
    expect(equal('sum', 10n, 10n)).toEqual({ name: 'sum', isTrue: true, seen: '10' });
    expect(equal('sum', 9n, 10n)).toEqual({ name: 'sum', isTrue: false, seen: '9, which must be 10' });
    const load = { requests: 3, seconds: 1, perSecond: 3, p50Ms: 1, p99Ms: 1, failures: new Map() };
    expect(failed(load).isTrue).toBe(true);
    expect(failed({ ...load, failures: new Map([[429, 2]]) })).toMatchObject({
      isTrue: false,
      seen: '2 x 429',
    });
    expect(failed({ ...load, requests: 0 }).isTrue).toBe(false);
  });

  test('one round that left something false behind is what is told of all rounds', () => {
    const good = [{ name: 'sum', isTrue: true, seen: '5' }];
    const bad = [{ name: 'sum', isTrue: false, seen: '4, which must be 5' }];
    expect(joinProofs([good, bad, good])).toEqual(bad);
    expect(joinProofs([good, good])).toEqual([{ name: 'sum', isTrue: true, seen: '5, 5' }]);
  });
});

describe('words', () => {
  test('a line has the verdict, both bounds, what was seen and what it is held against', () => {
    expect(linesOf(row)).toEqual([
      'ok     ingest: must 25,000/s, p99 <= 8 ms; seen 26,000/s (+-10 %), p50 / p99 1.50 / 4.25 ms, 120.4 a commit; goal 32,000/s missed',
      '         beside 50,000/s of bare insert: 50 %',
      '         proved stored once: 7',
    ]);
  });

  test('a table has one line a figure, and figures that were not measured say so', () => {
    const memory: Row = {
      line: 'memory',
      name: 'memory',
      unit: 'MB',
      must: { at: 'most', value: 120 },
      goal: null,
      runs: [Number.NaN],
      limits: [],
      proofs: [],
      notes: [],
    };
    const cells = tableOf([row, memory]).map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells[2]).toEqual([
      '',
      'ingest',
      '25,000/s, p99 <= 8 ms: reached',
      '32,000/s: missed',
      '26,000/s (+-10 %)',
      '1.50 / 4.25',
      '120.4',
      '50,000/s bare insert',
      '50 %',
      '',
    ]);
    expect(cells[3]?.slice(2, 5)).toEqual(['<= 120 MB: unknown', '', 'not measured']);
    expect(new Set(tableOf([row, memory]).map((line) => line.length)).size).toBe(1);
  });

  test('times of others are told as how many times theirs', () => {
    const peers = [{ name: 'another one', perSecond: 1_300 }];
    expect(peerLines({ ...row, peers })).toEqual(['x 20.0 of 1,300/s, another one']);
    expect([amount(0.25, 'ms'), amount(10, '%'), amount(1.25, '%')]).toEqual(['0.3 ms', '10 %', '1.3 %']);
  });

  test('the page has the table, the run and what a reader must know, and nothing that Markdown would change', () => {
    const page = pageOf([{ ...row, notes: ['a_b *c*'] }], ['fsync = on']);
    expect(page.slice(0, 3)).toEqual(tableOf([row]));
    expect(page.slice(3)).toEqual([
      ...['', 'The run:', '', '```text', 'fsync = on', '```'],
      ...['', 'Beside the figures:', '', '```text', 'ingest: a_b *c*', '```'],
    ]);
  });

  test('only what stands between the markers of the page is replaced', () => {
    expect(replaceBetween('a <b> old <e> z', '<b>', '<e>', ['new', 'lines'])).toBe(
      'a <b>\n\nnew\nlines\n\n<e> z',
    );
    expect(() => replaceBetween('a <e> old <b> z', '<b>', '<e>', [])).toThrow('once each');
    expect(() => replaceBetween('<b> <e> <b> <e>', '<b>', '<e>', [])).toThrow('once each');
  });
});

describe('what was asked for', () => {
  const known = ['ingest-1', 'memory'];

  test('without names all lines are measured; a name or flag that is not there is refused', () => {
    expect(readSettings([], known)).toMatchObject({ lines: known, isQuick: false, isWritten: false });
    expect(readSettings(['memory', '--long'], known)).toMatchObject({ lines: ['memory'], isLong: true });
    expect(() => readSettings(['memory', 'speed', '--fast'], known)).toThrow('There is no speed, --fast.');
  });

  test('the page is never written from a part or from a quick look', () => {
    expect(readSettings(['--write'], known).isWritten).toBe(true);
    expect(() => readSettings(['memory', '--write'], known)).toThrow('whole run');
    expect(() => readSettings(['--quick', '--write'], known)).toThrow('whole run');
  });
});
