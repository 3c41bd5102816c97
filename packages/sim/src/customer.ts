import type { AccessState } from '@billhook/core/access/access';
import type { AddOn } from '@billhook/core/catalog/add-on';
import {
  type CustomerBooks,
  emptyBooks,
  type InvoiceRecord,
  remainingOf,
} from '@billhook/core/decision/books';
import { NO_TAX, type TaxChoice, type TaxRate } from '@billhook/core/invoicing/tax';
import type { Refusal } from '@billhook/core/kernel/result';
import type { CurrencyCode } from '@billhook/core/money/currency';
import { isLive, type Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { Catalogue, Offer } from './catalogue.ts';
import type { Adjustment, TouchedMoment } from './corrected.ts';
import type { DunningRun } from './dunning.ts';
import type { MeteredEvent } from './metering.ts';
import { dec, REDUCED_TAX_CODE } from './prices.ts';
import type { CustomerHabits, SentEvent } from './sent-events.ts';
import type { Swarm } from './swarm.ts';
import type { CustomerPlan } from './workload.ts';

/** One simulated customer: who they are, what they have sent, and their books. */
export interface Customer {
  readonly plan: CustomerPlan;
  readonly habits: CustomerHabits;
  readonly offers: ReadonlyMap<CurrencyCode, readonly Offer[]>;
  readonly addOns: ReadonlyMap<CurrencyCode, readonly AddOn[]>;
  readonly taxChoice: TaxChoice;
  readonly books: CustomerBooks;
  /** Accepted events by meter, in order of time. */
  readonly readings: Map<string, MeteredEvent[]>;
  readonly events: Map<string, SentEvent>;
  /** Moments whose usage came late, and when what was billed for them is looked at again. */
  recounts: (TouchedMoment & { readonly dueAt: Instant })[];
  /** What corrections changed of billed periods. */
  readonly adjustments: Adjustment[];
  /** Up to where usage of each meter stands on invoices. */
  readonly billedThrough: Map<string, Instant>;
  readonly attemptsByInvoice: Map<string, string[]>;
  /** The invoices that were open when last looked at. */
  readonly unfinished: Set<string>;
  readonly numbers: Map<string, string>;
  /** What the campaign works on, by invoice. */
  readonly dunning: Map<string, DunningRun>;
  /** Invoices that the campaign left alone; staff look at them. */
  readonly stopped: Set<string>;
  readonly access: Map<string, AccessState>;
  /** When the card was charged, as the provider was asked. */
  readonly charges: Instant[];
  /** That the card must never be charged again. */
  isCardBlocked: boolean;
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
    offers: catalogue.offers,
    addOns: catalogue.addOns,
    taxChoice: taxChoiceOf(plan, swarm),
    books: emptyBooks(plan.id),
    readings: new Map(),
    events: new Map(),
    recounts: [],
    adjustments: [],
    billedThrough: new Map(),
    attemptsByInvoice: new Map(),
    unfinished: new Set(),
    numbers: new Map(),
    dunning: new Map(),
    stopped: new Set(),
    access: new Map(),
    charges: [],
    isCardBlocked: false,
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

/** The subscriptions that run or wait for their start. */
export function currentSubscriptions({ books }: Customer): readonly Subscription[] {
  const current: Subscription[] = [];
  for (const subscription of books.subscriptions.values())
    if (isLive(subscription) || subscription.status === 'scheduled') current.push(subscription);
  return current;
}

/** What is sold in a currency. */
export function offersIn({ offers }: Pick<Customer, 'offers'>, currency: CurrencyCode): readonly Offer[] {
  return offers.get(currency) ?? [];
}

export function addOnsIn({ addOns }: Pick<Customer, 'addOns'>, currency: CurrencyCode): readonly AddOn[] {
  return addOns.get(currency) ?? [];
}

/** Whether an attempt to collect an invoice is under way or unknown. */
export function isCollecting({ books, attemptsByInvoice }: Customer, invoiceId: string): boolean {
  const statuses = (attemptsByInvoice.get(invoiceId) ?? []).map((id) => books.payments.get(id)?.status);
  return statuses.some((status) => status !== 'succeeded' && status !== 'failed' && status !== 'canceled');
}

/** What is left to pay, oldest first, as core looks at it. */
export function unpaidOf({ books }: Customer, currency: CurrencyCode) {
  return [...books.invoices.values()]
    .filter(
      ({ status, invoice }) =>
        invoice.currency === currency && (status === 'open' || status === 'uncollectible'),
    )
    .map(unpaid);
}

export function unpaid(record: InvoiceRecord) {
  const { invoice, status, failureCount } = record;
  const subscriptionIds = invoice.lines.map((line) => line.subscriptionId);
  return { id: invoice.id, status, remainingMinor: remainingOf(record), failureCount, subscriptionIds };
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
