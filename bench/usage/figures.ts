/** What a figure is counted in; rates are better the higher they are, all else the lower. */
export type Unit = '/s' | 'ms' | 'ns' | 'MB' | 'events' | '%' | 'deadlocks';

export type Bound = { at: 'least' | 'most'; value: number };

/**
 * Something to hold a figure against that was measured in the same rounds. `least`: the share of it that must be reached, from 0
 * to 1, where one is asked for: a machine that is twice as slow halves both.
 */
export type Limit = { readonly name: string; readonly runs: readonly number[]; readonly least?: number };

/** Another product, its figure and where that comes from. */
export type Peer = { readonly name: string; readonly perSecond: number };

/** A fact that a load must leave behind, whatever its speed. */
export type Proof = { readonly name: string; readonly isTrue: boolean; readonly seen: string };

/** One figure of the table. */
export type Row = {
  /** The word by which it is measured alone. */
  readonly line: string;
  readonly name: string;
  readonly unit: Unit;
  readonly must: Bound | null;
  readonly goal: Bound | null;
  /** One value a round, in the order of the rounds. */
  readonly runs: readonly number[];
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** What the 99th percentile may be at most. */
  readonly mostP99Ms?: number;
  readonly perCommit?: number;
  readonly limits: readonly Limit[];
  /** What others were seen or say to do; never part of the run. */
  readonly peers?: readonly Peer[];
  readonly proofs: readonly Proof[];
  /** Sentences a reader of the figure must know. */
  readonly notes: readonly string[];
};

export type Verdict = 'reached' | 'missed' | 'unknown' | 'not asked';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The value that a share of all values does not pass: the nearest rank, without interpolation. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** How far the rounds lie apart, as percent of their median. */
export function spreadPercent(values: readonly number[]): number {
  return ((Math.max(...values) - Math.min(...values)) / median(values)) * 100;
}

/** The median of the ratios of each round: what changes from round to round changes both sides of it. */
export function ratioTo(runs: readonly number[], limit: Limit): number {
  return median(runs.flatMap((value, index) => value / (limit.runs[index] ?? Number.NaN)).filter(isNumber));
}

export function judge(row: Row, bound: Bound | null): Verdict {
  if (bound === null) return 'not asked';
  const seen = median(row.runs);
  if (!isNumber(seen)) return 'unknown';
  const isMet = bound.at === 'least' ? seen >= bound.value : seen <= bound.value;
  if (bound !== row.must || row.mostP99Ms === undefined) return isMet ? 'reached' : 'missed';
  if (row.p99Ms === undefined) return 'unknown';
  return isMet && row.p99Ms <= row.mostP99Ms ? 'reached' : 'missed';
}

/** Whether as much of a limit was reached as must be. */
export function judgeShare({ runs }: Row, limit: Limit): Verdict {
  if (limit.least === undefined) return 'not asked';
  const ratio = ratioTo(runs, limit);
  if (!isNumber(ratio)) return 'unknown';
  return ratio >= limit.least ? 'reached' : 'missed';
}

/** 0 where every bound that must hold was reached, 1 where one was not, 2 where a load left something false behind. */
export function exitCodeOf(rows: readonly Row[]): 0 | 1 | 2 {
  if (rows.some(({ proofs }) => proofs.some(({ isTrue }) => !isTrue))) return 2;
  const verdicts = rows.flatMap((row) => [
    judge(row, row.must),
    ...row.limits.map((limit) => judgeShare(row, limit)),
  ]);
  return verdicts.every((verdict) => verdict === 'reached' || verdict === 'not asked') ? 0 : 1;
}

export function amount(value: number, unit: Unit): string {
  if (!isNumber(value)) return 'not measured';
  if (unit === '/s') return `${grouped(value, 0)}/s`;
  if (unit === '%') return `${value.toFixed(value % 1 === 0 ? 0 : 1)} %`;
  const digits = unit === 'deadlocks' || unit === 'ns' ? 0 : Math.abs(value) < 100 && value % 1 !== 0 ? 1 : 0;
  return `${grouped(value, digits)} ${unit}`;
}

function boundText(bound: Bound | null, unit: Unit): string {
  if (bound === null) return '';
  return `${bound.at === 'most' && bound.value !== 0 ? '<= ' : ''}${amount(bound.value, unit)}`;
}

function mustText(row: Row): string {
  if (row.must === null) return '';
  const p99 = row.mostP99Ms === undefined ? '' : `, p99 <= ${row.mostP99Ms} ms`;
  return `${boundText(row.must, row.unit)}${p99}`;
}

function seenText(row: Row): string {
  const seen = amount(median(row.runs), row.unit);
  if (row.runs.length < 2) return seen;
  if (row.unit !== '%') return `${seen} (+-${(spreadPercent(row.runs) / 2).toFixed(0)} %)`;
  return `${seen} (+-${((Math.max(...row.runs) - Math.min(...row.runs)) / 2).toFixed(1)})`;
}

function timesText({ p50Ms, p99Ms }: Row): string {
  return p50Ms === undefined || p99Ms === undefined ? '' : `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`;
}

function ratioText(row: Row, limit: Limit): string {
  const ratio = ratioTo(row.runs, limit);
  if (!isNumber(ratio)) return '';
  if (row.unit !== '/s' && row.unit !== 'events') return `x ${ratio.toFixed(1)}`;
  const share = `${(ratio * 100).toFixed(0)} %`;
  return limit.least === undefined
    ? share
    : `${share}, must ${(limit.least * 100).toFixed(0)} %: ${judgeShare(row, limit)}`;
}

/** The figure as lines for a terminal: the verdict first, then what it is held against, then what was proved. */
export function linesOf(row: Row): string[] {
  const verdict = judge(row, row.must);
  const mark = verdict === 'reached' ? 'ok    ' : verdict === 'not asked' ? '      ' : 'MISSED';
  const asked = verdict === 'not asked' ? '' : `must ${mustText(row)}; `;
  const goal = row.goal === null ? '' : `; goal ${boundText(row.goal, row.unit)} ${judge(row, row.goal)}`;
  const times = timesText(row) === '' ? '' : `, p50 / p99 ${timesText(row)} ms`;
  const commits = row.perCommit === undefined ? '' : `, ${row.perCommit.toFixed(1)} a commit`;
  return [
    `${mark} ${row.name}: ${asked}seen ${seenText(row)}${times}${commits}${goal}`,
    ...row.limits.map(
      (limit) =>
        `         beside ${amount(median(limit.runs), row.unit)} of ${limit.name}: ${ratioText(row, limit)}`,
    ),
    ...peerLines(row).map((text) => `         ${text}`),
    ...row.proofs.map(
      ({ name, isTrue, seen }) => `         ${isTrue ? 'proved' : 'FALSE '} ${name}: ${seen}`,
    ),
    ...row.notes.map((note) => `         ${note}`),
  ];
}

/** How many times what others do. */
export function peerLines({ peers = [], runs, unit }: Row): string[] {
  return peers.map(
    ({ name, perSecond }) =>
      `x ${(median(runs) / perSecond).toFixed(1)} of ${amount(perSecond, unit)}, ${name}`,
  );
}

const HEADS = [
  'path',
  'must',
  'goal',
  'measured',
  'p50 / p99, ms',
  'a commit',
  'limit in the same run',
  'ratio',
];

/** The table of the page. */
export function tableOf(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    row.name,
    `${mustText(row)}${row.must === null ? '' : `: ${judge(row, row.must)}`}`,
    `${boundText(row.goal, row.unit)}${row.goal === null ? '' : `: ${judge(row, row.goal)}`}`,
    seenText(row),
    timesText(row),
    row.perCommit?.toFixed(1) ?? '',
    row.limits.map((limit) => `${amount(median(limit.runs), row.unit)} ${limit.name}`).join('<br>'),
    row.limits.map((limit) => ratioText(row, limit)).join('<br>'),
  ]);
  const all = [HEADS, ...cells];
  const widths = HEADS.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [print(HEADS), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...cells.map(print)];
}

/** The table, how it came to be, and what a reader of each figure must know. */
export function pageOf(rows: readonly Row[], facts: readonly string[]): string[] {
  const notes = rows.flatMap((row) =>
    [...peerLines(row), ...row.notes].map((note) => `${row.name}: ${note}`),
  );
  const asText = (lines: readonly string[]) => ['```text', ...lines, '```'];
  return [
    ...tableOf(rows),
    '',
    'The run:',
    '',
    ...asText(facts),
    '',
    'Beside the figures:',
    '',
    ...asText(notes),
  ];
}

/** Puts lines in the place of those between two markers. @throws Error if the text does not have each marker once */
export function replaceBetween(text: string, begin: string, end: string, lines: readonly string[]): string {
  const [before, rest, ...more] = text.split(begin);
  const [, after, ...others] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || more.length > 0 || others.length > 0)
    throw new Error(`the page does not have ${begin} and ${end} once each, in this order`);
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`;
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const isNumber = (value: number) => Number.isFinite(value);
