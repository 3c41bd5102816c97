import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Price } from '../catalog/price.ts';
import { applyChanges } from '../decision/apply.ts';
import { emptyBooks } from '../decision/books.ts';
import { decideAhead } from '../invoicing/fast/decide-ahead.ts';
import { type AheadInput, previewAhead } from '../invoicing/fast/preview-ahead.ts';
import type { IssuedInvoice } from '../invoicing/invoice.ts';
import { DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { RatingPolicy } from '../rating/policy.ts';
import { rateReading } from '../rating/rate-reading.ts';
import type { Rating } from '../rating/trace.ts';
import { decideStart } from '../subscriptions/decide-start.ts';

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

export type EngineAsk = PriceAsk | AheadAsk | PlanAsk;

export type EngineAnswer = Result<Rating> | Result<readonly IssuedInvoice[]>;

/** Everything that the engine answers in a browser: plain data in and out, the same figures as on the server. */
export function answer(question: EngineAsk): EngineAnswer {
  switch (question.ask) {
    case 'price':
      return rateReading(question.price, { quantity: question.quantity }, question.currency, question.policy);
    case 'ahead':
      return invoicesAhead({ ...question, usageOf: usageOf(question.usage) });
    case 'plan':
      return invoicesOfPlan(question);
    default:
      return refuse('engine.unknown_question', 'The engine answers price, ahead and plan.');
  }
}

function invoicesAhead(input: AheadInput): Result<readonly IssuedInvoice[]> {
  const quick = previewAhead(input);
  return quick === null ? decideAhead(input) : ok(quick);
}

function invoicesOfPlan(question: PlanAsk): Result<readonly IssuedInvoice[]> {
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
  if (subscription === undefined) return refuse('engine.nothing_started', 'The plan starts nothing.');
  return invoicesAhead({ ...question, subscription, billed: [], usageOf: usageOf(question.usage) });
}

function usageOf(usage: ExpectedUsage): AheadInput['usageOf'] {
  return ({ meterId }) => usage[meterId] ?? DECIMAL12_ZERO;
}
