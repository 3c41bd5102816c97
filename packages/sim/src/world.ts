import { creditOf, type InvoiceRecord } from '@billhook/core/decision/books';
import type { Decision } from '@billhook/core/decision/change';
import type { CoreEvent } from '@billhook/core/decision/event';
import type { BillingDecision } from '@billhook/core/invoicing/decide-invoice';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import type { WantedDebit } from '@billhook/core/invoicing/documents/decide-debit-note';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import type { Result } from '@billhook/core/kernel/result';
import type { CurrencyCode } from '@billhook/core/money/currency';
import { earlier, type Instant } from '@billhook/core/time/instant';
import type { QuarantineReason } from '@billhook/core/usage/event-verdict';
import type { Catalogue } from './catalogue.ts';
import { type Agenda, agendaFrom } from './clock.ts';
import type { Corrected } from './corrected.ts';
import { type Customer, unpaidOf } from './customer.ts';
import { nextStepAt } from './dunning.ts';
import type { Engine } from './engine.ts';
import { followMoney } from './follow-money.ts';
import type { Answer } from './orders.ts';
import type { Delivery, DisputeDelivery, Provider } from './provider.ts';
import { type Earned, type MonthEnded, newSellerBooks, type SellerBooks } from './seller-books.ts';
import type { SentEvent } from './sent-events.ts';
import type { Swarm } from './swarm.ts';
import type { Command } from './workload.ts';

export type Task =
  | { readonly kind: 'arrive'; readonly customer: Customer }
  | {
      readonly kind: 'command';
      readonly customer: Customer;
      readonly command: Command;
      readonly subject: number;
    }
  | { readonly kind: 'wake'; readonly customer: Customer; readonly at: Instant }
  | { readonly kind: 'recount'; readonly customer: Customer }
  | { readonly kind: 'pay_day'; readonly customer: Customer; readonly invoiceId: string }
  | { readonly kind: 'delivery'; readonly customer: Customer; readonly delivery: Delivery }
  | { readonly kind: 'dispute'; readonly customer: Customer; readonly delivery: DisputeDelivery }
  | {
      readonly kind: 'refund_look_up' | 'refund_return';
      readonly customer: Customer;
      readonly refundId: string;
    };

/** A number as it was given, in the order of giving. */
export interface GivenNumber {
  /** Invoices and credit notes have a series each, every year another one. */
  readonly series: string;
  readonly counter: bigint;
  readonly issuedAt: Instant;
}

/** What one run of billing found. */
export interface Billed {
  readonly at: Instant;
  /** The only currency that was billed; null for all of the customer's. */
  readonly currency: CurrencyCode | null;
  /** The voided invoice that this run takes the place of; null for none. */
  readonly replacesInvoiceId: string | null;
  /** Empty where there was nothing to bill. */
  readonly invoices: readonly { readonly invoice: IssuedInvoice; readonly number: GivenNumber | null }[];
}

/** Work on a document as it was asked for, the document as it stood, and the answer; told before it is carried out. */
export type Documented =
  | ({
      readonly at: Instant;
      readonly before: InvoiceRecord;
      readonly periods: 'bill_again' | 'waive';
    } & (
      | { readonly kind: 'void'; readonly decision: Result<Decision> }
      | { readonly kind: 'reissue'; readonly decision: Result<BillingDecision> }
    ))
  | {
      readonly kind: 'credit_note';
      readonly at: Instant;
      readonly before: InvoiceRecord;
      readonly lines: 'rest' | readonly { readonly position: number; readonly creditMinor: bigint }[];
      readonly decision: Result<Decision & { readonly creditNote: CreditNote }>;
      readonly number: GivenNumber | null;
    }
  | {
      readonly kind: 'debit_note';
      readonly at: Instant;
      readonly before: InvoiceRecord;
      readonly wanted: readonly WantedDebit[];
      readonly decision: Result<BillingDecision>;
      readonly number: GivenNumber | null;
    };

/** Money that is asked for: by the campaign, or because it is due or somebody pressed the button. */
export interface Charge {
  readonly invoiceId: string;
  readonly at: Instant;
  readonly isRetry: boolean;
}

/** What the world tells those who watch it: the auditor and the trace. */
export interface Watcher {
  onEvents(customer: Customer, events: readonly CoreEvent[]): void;
  /** After every run of billing. */
  onBill(customer: Customer, billed: Billed): void;
  onOrder(customer: Customer, answer: Answer): void;
  onDocument(customer: Customer, documented: Documented): void;
  onCorrection(customer: Customer, corrected: Corrected): void;
  onReceipt(customer: Customer, event: SentEvent, outcome: EventOutcome): void;
  onTouched(customer: Customer): void;
  /** Before the provider is asked for money. */
  onCharge(customer: Customer, charge: Charge): void;
  /** When the books were brought to the end of a month, before anything of the next one happens. */
  onMonthEnd(ended: MonthEnded, customers: readonly Customer[]): void;
  onEarned(earned: Earned): void;
}

export type EventOutcome = 'accepted' | 'duplicate' | 'rejected' | QuarantineReason;

/** The simulated business: the same decisions as the server's, applied in memory. */
export interface World {
  readonly engine: Engine;
  readonly provider: Provider;
  readonly agenda: Agenda<Task>;
  readonly customers: Customer[];
  readonly seller: SellerBooks;
  readonly swarm: Swarm;
  readonly catalogue: Catalogue;
  readonly counters: Map<string, bigint>;
  /** How often each coupon was redeemed. */
  readonly redemptions: Map<string, number>;
  readonly watchers: Watcher[];
}

export function newWorld(
  parts: Pick<World, 'engine' | 'provider' | 'swarm' | 'catalogue'>,
  start: Instant,
): World {
  return {
    ...parts,
    agenda: agendaFrom<Task>(start),
    customers: [],
    seller: newSellerBooks(parts.swarm.booksZone, start),
    counters: new Map(),
    redemptions: new Map(),
    watchers: [],
  };
}

/** Applies a decision and tells the watchers; then puts the customer's next due work on the agenda. */
export function carryOut(world: World, customer: Customer, decision: Decision): void {
  applyDecision(world, customer, decision);
  settleCredit(world, customer, decision);
  touch(world, customer);
}

export function applyDecision(world: World, customer: Customer, decision: Decision): void {
  world.engine.applyChanges(customer.books, decision.changes);
  for (const watcher of world.watchers) watcher.onEvents(customer, decision.events);
}

/** Credit that a decision granted pays what is open in its currency, in the same transaction. */
export function settleCredit(world: World, customer: Customer, { changes }: Decision): void {
  for (const grant of changes) {
    if (grant.type !== 'customer_credit.add' || grant.deltaMinor <= 0n) continue;
    const { currency, sourceType, sourceId } = grant;
    const unpaid = unpaidOf(customer, currency);
    if (unpaid.length === 0) continue;
    const settled = world.engine.decideCreditSettlement({
      now: world.agenda.now,
      customer: { id: customer.plan.id, currency, creditBalanceMinor: creditOf(customer.books, currency) },
      unpaid,
      subscriptions: [...customer.books.subscriptions.values()],
      source: { type: sourceType, id: sourceId },
    });
    applyDecision(world, customer, settled);
  }
}

/** Invoices, credit notes and debit notes have a series each. */
export type Series = 'INV' | 'CN' | 'DN';

/** The next number of a series of the year. */
export function giveNumber(world: World, prefix: Series, issuedAt: Instant): GivenNumber {
  const series = `${prefix}-${new Date(issuedAt).getUTCFullYear()}`;
  const counter = world.engine.nextCounter(world.counters.get(series) ?? 0n);
  world.counters.set(series, counter);
  return { series, counter, issuedAt };
}

/** Says that something about a customer changed, and sees to it that due work finds them. */
export function touch(world: World, customer: Customer): void {
  followMoney(world, customer);
  for (const watcher of world.watchers) watcher.onTouched(customer);
  const next = nextDue(world, customer);
  if (next === null || customer.parked !== null) return;
  if (customer.wakeAt !== null && customer.wakeAt <= next && customer.wakeAt >= world.agenda.now) return;
  customer.wakeAt = next;
  world.agenda.add(next, { kind: 'wake', customer, at: next });
}

function nextDue(world: World, customer: Customer): Instant | null {
  const { books, unfinished } = customer;
  let next: Instant | null = null;
  const consider = (at: Instant | null) => {
    if (at !== null) next = next === null ? at : earlier(next, at);
  };
  for (const subscription of books.subscriptions.values()) consider(subscription.nextActionAt);
  for (const id of unfinished) {
    const record = books.invoices.get(id);
    if (record?.status === 'open') consider(record.retryAt);
    else unfinished.delete(id);
  }
  consider(nextStepAt(world, customer));
  return next;
}
