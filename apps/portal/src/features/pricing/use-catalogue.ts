import type { PublicCatalogue } from '@billhook/sdk/generated/types';
import { type Search, useFilters } from '@billhook/ui/address';
import { planNames } from '@billhook/ui/plan-names';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useVisit } from '../../lib/portal.tsx';
import { usePublicRead } from '../../lib/read.tsx';

/**
 * The plans on sale, in the currency of the company that one acts for, or else as the address asks or the seller sells.
 * They change seldom, so they are kept for a minute.
 */
export function useCatalogue(): UseQueryResult<PublicCatalogue> {
  const currency = useCurrency();
  return usePublicRead(
    ['plans', currency],
    (api, signal) => api.plans.list(currency === undefined ? {} : { currency }, { signal }),
    { staleTimeMs: 60_000 },
  );
}

/** What a plan is called beside the others on sale, by its key. */
export function usePlanNames(): ReadonlyMap<string, string> {
  const plans = useCatalogue().data?.plans;
  return useMemo(() => planNames(plans ?? []), [plans]);
}

/** The currency that an address asks for, where it is one. */
export function currencyIn({ currency }: Search): { currency?: string } {
  const asked = currency?.toUpperCase();
  return asked !== undefined && /^[A-Z]{3}$/.test(asked) ? { currency: asked } : {};
}

function useCurrency(): string | undefined {
  const { session } = useVisit();
  const [search] = useFilters();
  const customer = session.customers.find(({ id }) => id === search.customer) ?? session.customers[0];
  return customer?.currency ?? currencyIn(search).currency;
}
