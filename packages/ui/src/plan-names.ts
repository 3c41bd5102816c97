import type { Price } from '@billhook/sdk/generated/types';

export interface NamedPlan {
  readonly key: string;
  readonly name: string;
  readonly prices: readonly Pick<Price, 'timing' | 'cadence' | 'quantity'>[];
}

const PAID = { month: 'by the month', year: 'by the year' } as const;

/**
 * What plans are called where they stand side by side, by their keys. Those that share a name say how they are paid, or
 * which they are where that is the same too.
 */
export function planNames(plans: readonly NamedPlan[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, alike] of Map.groupBy(plans, (plan) => plan.name)) {
    const paid = alike.map(howPaid);
    const isClear = new Set(paid).size === alike.length && !paid.includes(undefined);
    alike.forEach(({ key }, index) => {
      if (alike.length === 1) names.set(key, name);
      else names.set(key, isClear ? `${name}, ${paid[index]}` : `${name} (${key})`);
    });
  }
  return names;
}

function howPaid({ prices }: NamedPlan): string | undefined {
  const base = prices.find(({ quantity, timing }) => quantity.kind !== 'meter' && timing === 'in_advance');
  if (base?.cadence.count !== 1) return undefined;
  const { interval } = base.cadence;
  return interval === 'month' || interval === 'year' ? PAID[interval] : undefined;
}
