import type { Plan, PlanVersion } from '@billhook/sdk/generated/types';

/** Plans that are sold in a currency, as options. */
export function planOptions(plans: readonly Plan[], currency: string) {
  return plans
    .filter(
      ({ kind, latestVersion, archivedAt }) =>
        kind === 'plan' && archivedAt === null && isSoldIn(latestVersion, currency),
    )
    .map(({ id, name, key }) => ({ value: id, label: name, detail: key }));
}

function isSoldIn({ currency, otherCurrencies }: PlanVersion, wanted: string): boolean {
  return currency === wanted || otherCurrencies.some((other) => other.currency === wanted);
}
