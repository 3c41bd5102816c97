import type { CurrencyCode } from '../money/currency.ts';
import type { Price } from './price.ts';

/** Something that is taken beside a plan. Once published it never changes. */
export interface AddOn {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** `recurring` runs with the subscription until it is taken away; `one_off` is charged once. */
  readonly kind: 'recurring' | 'one_off';
  readonly currency: CurrencyCode;
  readonly prices: readonly Price[];
  /** The plans it is offered with; empty means all. */
  readonly planIds: readonly string[];
}
