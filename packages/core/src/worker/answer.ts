import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Price } from '../catalog/price.ts';
import { applyChanges } from '../decision/apply.ts';
import { emptyBooks } from '../decision/books.ts';
import { decideAhead } from '../invoicing/fast/decide-ahead.ts';
import { type AheadInput, previewAhead } from '../invoicing/fast/preview-ahead.ts';
import { firstYear } from '../invoicing/first-year.ts';
import type { InvoiceLine, IssuedInvoice } from '../invoicing/invoice.ts';
import { DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { RatingPolicy } from '../rating/policy.ts';
import { rateReading } from '../rating/rate-reading.ts';
import type { Rating } from '../rating/trace.ts';
import { decideStart } from '../subscriptions/decide-start.ts';
import type { Subscription } from '../subscriptions/subscription.ts';

/** What is expected to be used in every period, by meter. */
export type ExpectedUsage = Readonly<Record<string, Decimal12>>;

/** What a quantity costs under a price. */
export interface PriceAsk {
  readonly ask: 'price';
  readonly price: Pick<Price, 'model' | 'terms'>;
  readonly quantity: Decimal12;
  readonly currency: CurrencyCode;
  readonly policy?: RatingPolicy;
}

/** The invoices of a subscription up to a moment: those of a year, or the next one after a change. */
export interface AheadAsk extends Omit<AheadInput, 'usageOf'> {
  readonly ask: 'ahead';
  readonly usage: ExpectedUsage;
}

/** The invoices of somebody who takes a plan now. */
export interface PlanAsk extends Omit<AheadInput, 'usageOf' | 'subscription' | 'billed'> {
  readonly ask: 'plan';
  readonly plan: Plan;
  readonly version: PlanVersion;
  readonly seats: bigint;
  readonly timeZone: string;
  readonly usage: ExpectedUsage;
}

/** What somebody who takes a plan now is charged in a year. */
export interface YearAsk extends Omit<PlanAsk, 'ask' | 'until'> {
  readonly ask: 'year';
}

/** The lines of the first period of every price, as a price list shows them, and the sum of a year. */
export interface YearOfPlan {
  readonly lines: readonly Pick<
    InvoiceLine,
    'key' | 'kind' | 'description' | 'quantity' | 'meterId' | 'netMinor'
  >[];
  readonly firstMinor: bigint;
  readonly yearMinor: bigint;
}

export type EngineAsk = PriceAsk | AheadAsk | PlanAsk | YearAsk;

export type EngineAnswer = Result<Rating> | Result<readonly IssuedInvoice[]> | Result<YearOfPlan>;

/** Everything that the engine answers in a browser: plain data in and out, the same figures as on the server. */
export function answer(question: EngineAsk): EngineAnswer {
  switch (question.ask) {
    case 'price':
      return rateReading(question.price, { quantity: question.quantity }, question.currency, question.policy);
    case 'ahead':
      return invoicesAhead({ ...question, usageOf: usageOf(question.usage) });
    case 'plan':
      return invoicesOfPlan(question);
    case 'year':
      return yearOfPlan(question);
    default:
      return refuse('engine.unknown_question', 'The engine answers price, ahead, plan and year.');
  }
}

function invoicesAhead(input: AheadInput): Result<readonly IssuedInvoice[]> {
  const quick = previewAhead(input);
  return quick === null ? decideAhead(input) : ok(quick);
}

function invoicesOfPlan(question: PlanAsk): Result<readonly IssuedInvoice[]> {
  const started = startOf(question);
  if (!started.ok) return started;
  return invoicesAhead({
    ...question,
    subscription: started.value,
    billed: [],
    usageOf: usageOf(question.usage),
  });
}

function yearOfPlan(question: YearAsk): Result<YearOfPlan> {
  const started = startOf(question);
  if (!started.ok) return started;
  const input = { ...question, subscription: started.value, billed: [], usageOf: usageOf(question.usage) };
  const year = firstYear(input);
  if (!year.ok) return year;
  const first = year.value.lines.filter(({ explanation }) => explanation.periodIndex === 0);
  return ok({
    lines: first.map(({ key, kind, description, quantity, meterId, netMinor }) => {
      return { key, kind, description, quantity, meterId, netMinor };
    }),
    firstMinor: first.reduce((sum, { netMinor }) => sum + netMinor, 0n),
    yearMinor: year.value.netMinor,
  });
}

/** A subscription as it is right after its start. */
function startOf(question: Omit<PlanAsk, 'ask' | 'until'>): Result<Subscription> {
  const { plan, version, seats, timeZone, from } = question;
  const started = decideStart({
    now: from,
    subscriptionId: 'preview',
    customerId: 'preview',
    plan,
    version,
    itemIds: version.prices.map((_, index) => `preview_${index + 1}`),
    seats,
    timeZone,
    startAt: null,
    maxBackdateDays: 0,
    withTrial: true,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: 'end',
    billingAuthority: 'billhook',
  });
  if (!started.ok) return started;
  const books = emptyBooks('preview');
  applyChanges(books, started.value.changes);
  const subscription = books.subscriptions.get('preview');
  return subscription === undefined
    ? refuse('engine.nothing_started', 'The plan starts nothing.')
    : ok(subscription);
}

function usageOf(usage: ExpectedUsage): AheadInput['usageOf'] {
  return ({ meterId }) => usage[meterId] ?? DECIMAL12_ZERO;
}
