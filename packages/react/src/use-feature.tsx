import type { RightAnswer } from '@billhook/sdk/rights/answer';
import type { Quantity } from '@billhook/sdk/rights/quantity';
import { useMemo, useSyncExternalStore } from 'react';
import type { FeatureState } from './feature-store.ts';
import { useFeatureStore } from './provider.tsx';

/** How a feature stands for the customer that is signed in. Figures are decimal strings. */
export interface Feature {
  /** False while it is not known. */
  readonly allowed: boolean;
  /** True until the first snapshot came. */
  readonly loading: boolean;
  /** True if a newer snapshot could not be fetched. */
  readonly stale: boolean;
  /** Why; null while it is not known. */
  readonly reason: RightAnswer['reason'] | null;
  readonly limit: string | null;
  readonly used: string | null;
  readonly remaining: string | null;
  /** When usage goes back to zero. */
  readonly resetAt: string | null;
  readonly unit: string | null;
  /** Value of a configuration feature. */
  readonly value: RightAnswer['value'];
  /** Fetches the rights again, such as after something was bought or used. */
  readonly refresh: () => Promise<void>;
}

/**
 * Whether the customer that is signed in may use a feature, or so much more of it. It decides what is shown; what is
 * done is decided by your server.
 */
export function useFeature(feature: string, quantity: Quantity = 1): Feature {
  const store = useFeatureStore();
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  return useMemo(
    () => ({ ...featureOf(state, feature, quantity), refresh: store.refresh }),
    [state, store, feature, quantity],
  );
}

function featureOf(
  { rights, isStale }: FeatureState,
  feature: string,
  quantity: Quantity,
): Omit<Feature, 'refresh'> {
  const unknown = { limit: null, used: null, remaining: null, resetAt: null, unit: null, value: null };
  const known = { loading: rights === null, stale: isStale };
  if (rights === null) return { allowed: false, ...known, reason: null, ...unknown };
  const right = rights.get(feature);
  if (right === undefined) return { allowed: false, ...known, reason: 'not_granted', ...unknown };
  const answer = right.answer(quantity, isStale ? 'stale' : 'fresh');
  const { allowed, reason, limit, used, remaining, resetAt, unit, value } = answer;
  return { allowed, ...known, reason, limit, used, remaining, resetAt, unit, value };
}
