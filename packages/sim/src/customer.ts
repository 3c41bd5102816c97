import type { AddOn } from '@billhook/core/catalog/add-on';
import { type CustomerBooks, emptyBooks } from '@billhook/core/decision/books';
import { NO_TAX, type TaxChoice, type TaxRate } from '@billhook/core/invoicing/tax';
import type { Refusal } from '@billhook/core/kernel/result';
import { isLive, type Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Catalogue, Offer } from './catalogue.ts';
import type { MeteredEvent } from './metering.ts';
import { dec, REDUCED_TAX_CODE } from './prices.ts';
import type { Swarm } from './swarm.ts';
import type { CustomerHabits, CustomerPlan, SentEvent } from './workload.ts';

/** One simulated customer: who they are, what they have sent, and their books. */
export interface Customer {
  readonly plan: CustomerPlan;
  readonly habits: CustomerHabits;
  readonly offers: readonly Offer[];
  readonly addOns: readonly AddOn[];
  readonly taxChoice: TaxChoice;
  readonly books: CustomerBooks;
  /** Accepted events by meter, in order of time. */
  readonly readings: Map<string, MeteredEvent[]>;
  readonly events: Map<string, SentEvent>;
  /** Up to where usage of each meter stands on invoices. */
  readonly billedThrough: Map<string, Instant>;
  readonly attemptsByInvoice: Map<string, string[]>;
  readonly numbers: Map<string, string>;
  /** Why billing stands still for this customer; null while it does not. */
  parked: Refusal | null;
  hadTrial: boolean;
  /** When due work was last put on the agenda, so that it is put there once. */
  wakeAt: Instant | null;
  nextId: number;
}

export function newCustomer(
  plan: CustomerPlan,
  habits: CustomerHabits,
  catalogue: Catalogue,
  swarm: Swarm,
): Customer {
  return {
    plan,
    habits,
    offers: catalogue.offers.get(plan.currency) ?? [],
    addOns: catalogue.addOns.get(plan.currency) ?? [],
    taxChoice: taxChoiceOf(plan, swarm),
    books: emptyBooks(plan.id),
    readings: new Map(),
    events: new Map(),
    billedThrough: new Map(),
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
  let last: Subscription | null = null;
  for (const subscription of customer.books.subscriptions.values()) last = subscription;
  return last !== null && (isLive(last) || last.status === 'scheduled') ? last : null;
}

function taxChoiceOf({ taxMode }: CustomerPlan, { taxes }: Swarm): TaxChoice {
  if (taxes === 'none') return NO_TAX;
  return {
    mode: taxMode,
    standardRate: rateOf('standard', '19'),
    ratesByTaxCode: taxes === 'one_rate' ? {} : { [REDUCED_TAX_CODE]: rateOf('reduced', '7.7') },
  };
}

function rateOf(name: string, percent: string): TaxRate {
  return { id: `rate_${name}`, name, percent: dec(percent), category: 'S', country: null };
}
