import type { Quantity } from '@billhook/sdk/rights/quantity';
import type { ReactNode } from 'react';
import { useFeature } from './use-feature.tsx';

export interface GateProps {
  readonly feature: string;
  /** Shown only if so much more may be used; 1 if left out. */
  readonly quantity?: Quantity;
  /** Shown where the feature may not be used, such as a way to a larger plan. */
  readonly fallback?: ReactNode;
  /** Shown until it is known. */
  readonly loading?: ReactNode;
  readonly children: ReactNode;
}

/** Shows its children if the customer that is signed in may use a feature. */
export function Gate({ feature, quantity = 1, fallback = null, loading = null, children }: GateProps) {
  const right = useFeature(feature, quantity);
  if (right.loading) return loading;
  return right.allowed ? children : fallback;
}
