import { type CustomerBooks, emptyBooks } from '@billhook/core/decision/books';
import type { TaxChoice, TaxRate } from '@billhook/core/invoicing/tax';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { Refusal } from '@billhook/core/kernel/result';
import { isLive, type Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Reading } from '@billhook/core/usage/period-usage';
import { type Offer, offersIn } from './catalogue.ts';
import type { CustomerHabits, CustomerPlan, SentEvent } from './workload.ts';

/** One simulated customer: who they are, what they have sent, and their books. */
export interface Customer {
  readonly plan: CustomerPlan;
  readonly habits: CustomerHabits;
  readonly offers: readonly Offer[];
  readonly taxChoice: TaxChoice;
  readonly books: CustomerBooks;
  readonly readings: Map<string, Reading[]>;
  readonly events: Map<string, SentEvent>;
  readonly attemptsByInvoice: Map<string, string[]>;
  readonly numbers: Map<string, string>;
  /** Why billing stands still for this customer; null while it does not. */
  parked: Refusal | null;
  hadTrial: boolean;
  /** When due work was last put on the agenda, so that it is put there once. */
  wakeAt: Instant | null;
  nextId: number;
}

export function newCustomer(plan: CustomerPlan, habits: CustomerHabits): Customer {
  return {
    plan,
    habits,
    offers: offersIn(plan.currency),
    taxChoice: taxChoiceOf(plan),
    books: emptyBooks(plan.id),
    readings: new Map(),
    events: new Map(),
    attemptsByInvoice: new Map(),
    numbers: new Map(),
    parked: null,
    hadTrial: false,
    wakeAt: null,
    nextId: 0,
  };
}

/** Ids are made of the customer and a counter: the same seed gives the same ids. */
export function idFor(customer: Customer, prefix: string): string {
  customer.nextId += 1;
  return `${prefix}_${customer.plan.index}_${customer.nextId}`;
}

/** The subscription that runs or waits for its start; a customer has one at most. */
export function currentSubscription(customer: Customer): Subscription | null {
  for (const subscription of customer.books.subscriptions.values()) {
    if (isLive(subscription) || subscription.status === 'scheduled') return subscription;
  }
  return null;
}

function taxChoiceOf(plan: CustomerPlan): TaxChoice {
  if (plan.tax === 'none') return NO_TAX;
  const percent = parseDecimal12(plan.tax === 'inclusive' ? '10' : '19');
  if (!percent.ok) throw new Error('The rate is no decimal.');
  const rate: TaxRate = {
    id: `rate_${plan.tax}`,
    name: 'VAT',
    percent: percent.value,
    category: 'S',
    country: null,
  };
  return { mode: plan.tax, standardRate: rate, ratesByTaxCode: {} };
}
