import type { DemoWeek, Random } from './story.ts';

// Percent of what a plan includes that customers use in a month: most stay far below, two of fourteen come near or over.
const SHARES = [22, 35, 48, 30, 61, 41, 97, 27, 54, 38, 66, 45, 122, 33] as const;

/** How much of what is included this customer uses, in percent: steady for each customer. */
export function appetite(index: number): number {
  return SHARES[(index * 5 + 3) % SHARES.length] ?? 0;
}

/** One week's part of what a customer uses of `monthly`: by habit, a little more every week, and never quite even. */
export function weeklyShare(
  monthly: number,
  { index, week, random }: Pick<DemoWeek, 'index' | 'week' | 'random'>,
): number {
  // 4.35 weeks a month, and three factors in percent.
  return Math.round((monthly * appetite(index) * (100 + week) * random.between(70, 130)) / 4_350_000);
}

/** Cuts a whole number into `count` uneven whole parts that add up to it. */
export function split(total: number, count: number, random: Random): number[] {
  const weights = Array.from({ length: count }, () => random.between(60, 140));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const parts = weights.map((weight) => Math.floor((total * weight) / sum));
  const rest = total - parts.reduce((all, part) => all + part, 0);
  return parts.map((part, position) => (position === 0 ? part + rest : part)).filter((part) => part > 0);
}

/** What to report so that the level under `name` becomes `target`; nothing if it stands there already. */
export function changeTo(
  name: string,
  target: number,
  { reported }: Pick<DemoWeek, 'reported'>,
): { change: number }[] {
  const change = target - (reported.get(name) ?? 0);
  reported.set(name, target);
  return change === 0 ? [] : [{ change }];
}
