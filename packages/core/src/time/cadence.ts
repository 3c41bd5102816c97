/** A rhythm of billing: `{ interval: 'month', count: 3 }` is the same as one quarter. `count` is 1 or more. */
export interface Cadence {
  readonly interval: CadenceInterval;
  readonly count: number;
}

export type CadenceInterval = 'day' | 'week' | 'month' | 'quarter' | 'half_year' | 'year';

export const CADENCE_INTERVALS: readonly CadenceInterval[] = [
  'day',
  'week',
  'month',
  'quarter',
  'half_year',
  'year',
];

export const MONTHLY: Cadence = { interval: 'month', count: 1 };
export const YEARLY: Cadence = { interval: 'year', count: 1 };

const STEP: Record<CadenceInterval, { readonly unit: 'days' | 'months'; readonly size: number }> = {
  day: { unit: 'days', size: 1 },
  week: { unit: 'days', size: 7 },
  month: { unit: 'months', size: 1 },
  quarter: { unit: 'months', size: 3 },
  half_year: { unit: 'months', size: 6 },
  year: { unit: 'months', size: 12 },
};

/** The length of one period as whole days or whole months. */
export function cadenceStep(cadence: Cadence): { readonly unit: 'days' | 'months'; readonly size: number } {
  const step = STEP[cadence.interval];
  return { unit: step.unit, size: step.size * cadence.count };
}

/** True if both lay the same grid of periods: one quarter equals three months. */
export function sameCadence(left: Cadence, right: Cadence): boolean {
  const a = cadenceStep(left);
  const b = cadenceStep(right);
  return a.unit === b.unit && a.size === b.size;
}
