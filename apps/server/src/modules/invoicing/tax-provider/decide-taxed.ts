import {
  type BillingDecision,
  type BillingInput,
  decideInvoice,
} from '@billhook/core/invoicing/decide-invoice';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { type Result, refuse } from '@billhook/core/kernel/result';
import type { TaxQuote } from '@billhook/core/tax/tax-quote';
import { MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { QueryCtx, TaxProviderSettings } from '../../../platform/context.ts';
import type { Customer } from '../../customers/api.ts';
import { type TaxFacts, taxFactsOf } from '../tax-facts.ts';
import { isLeftToProvider, type NamedQuestion, questionOf } from './question.ts';
import { type KnownQuote, quotesOf } from './quotes.ts';

/**
 * Thrown out of a transaction that needs an answer about tax: it is rolled back, the provider is asked with nothing locked,
 * and it is run again.
 */
export class TaxQuoteNeeded extends Error {
  override readonly name = 'TaxQuoteNeeded';
  readonly questions: readonly NamedQuestion[];

  constructor(questions: readonly NamedQuestion[]) {
    super('An answer about tax is needed first.');
    this.questions = questions;
  }
}

export type TaxedDecision =
  | { kind: 'decided'; result: Result<BillingDecision> }
  /** `isAsked`: the provider was asked, and does not answer. */
  | { kind: 'waits'; question: NamedQuestion; isAsked: boolean };

type Entry = {
  customer: Customer;
  input: BillingInput;
  /** What makes the document of it; billing, if left out. */
  decide?: (input: BillingInput) => Result<BillingDecision>;
};
type Open = { entry: Entry; question: NamedQuestion };

/**
 * Decides invoices, those whose tax is left to the provider with what it answered before. The answers are looked up in
 * one go; nobody is asked here.
 *
 * @param purpose an estimate is shown by the seller's own rules where there is no answer, and then waits for nothing
 */
export async function decideTaxed(
  ctx: QueryCtx,
  entries: readonly Entry[],
  purpose: 'issue' | 'estimate' = 'issue',
): Promise<TaxedDecision[]> {
  const { taxProvider } = ctx.tenant.settings;
  const asked = entries.filter(({ customer }) => isLeftToProvider(taxProvider, customer));
  const factsOf = await taxFactsOf(
    ctx,
    asked.map(({ customer }) => customer),
  );
  const begun = entries.map((entry) => begin(ctx, taxProvider, entry, factsOf(entry.customer.id)));
  const open = begun.flatMap((one) => ('question' in one ? [one] : []));
  if (taxProvider === null || open.length === 0) return begun.flatMap((one) => ('kind' in one ? [one] : []));
  const quoteOf = await quotesOf(
    ctx,
    open.map(({ question }) => question),
  );
  return begun.map((one): TaxedDecision => {
    if ('kind' in one) return one;
    const known = quoteOf(one.question);
    if (known?.quote != null) return decided(decideQuoted(ctx, one.entry, known.quote));
    return purpose === 'issue' ? unanswered(ctx, taxProvider, one, known) : estimated(ctx, one, known);
  });
}

const decided = (result: Result<BillingDecision>): TaxedDecision => ({ kind: 'decided', result });

/** Decides without tax what is to be asked about; whose tax is not the provider's, or who buys nothing, is done with. */
function begin(
  ctx: QueryCtx,
  settings: TaxProviderSettings | null,
  entry: Entry,
  facts: TaxFacts,
): TaxedDecision | Open {
  const { customer, input, decide = decideInvoice } = entry;
  if (!isLeftToProvider(settings, customer)) return decided(decide(input));
  const untaxed = decide(quotedInput(ctx, input));
  if (!untaxed.ok || untaxed.value.invoice === null) return decided(untaxed);
  const invoice = { ...untaxed.value.invoice, issuedAt: ctx.now };
  const question = questionOf(ctx.tenant, settings, customer, invoice, facts);
  if (!question.ok) return decided(question);
  return question.value === null ? decided(untaxed) : { entry, question: question.value };
}

function quotedInput({ tenant }: QueryCtx, input: BillingInput): BillingInput {
  return { ...input, taxChoice: { ...NO_TAX, mode: tenant.settings.taxBehaviour } };
}

function decideQuoted(
  ctx: QueryCtx,
  { input, decide = decideInvoice }: Entry,
  quote: TaxQuote,
): Result<BillingDecision> {
  return decide({ ...quotedInput(ctx, input), quote });
}

/** Before an invoice is issued: what was never asked waits, and while no answer comes the seller's choice holds. */
function unanswered(
  ctx: QueryCtx,
  { whenAway }: TaxProviderSettings,
  { entry, question }: Open,
  known: KnownQuote | undefined,
): TaxedDecision {
  if (known === undefined || (known.status === 'open' && known.failedCount === 0))
    return { kind: 'waits', question, isAsked: known !== undefined };
  if (known.status === 'refused')
    return decided(refuse('tax.not_computed', `The provider cannot work out this tax: ${known.fault}`));
  if (whenAway === 'hold') return { kind: 'waits', question, isAsked: isLately(ctx, known) };
  if (!isLately(ctx, known)) return { kind: 'waits', question, isAsked: false };
  if (whenAway === 'fallback') return decided(unquoted(entry));
  return decided(refuse('tax.provider_away', 'The provider of taxes does not answer.'));
}

const unquoted = ({ input, decide = decideInvoice }: Entry) => decide(input);

/** A provider that does not answer is not asked again by every look at a preview, nor for every purchase. */
const ASK_AGAIN_AFTER_MS = MS_PER_MINUTE;

function isLately({ wallNow }: QueryCtx, known: KnownQuote | undefined): boolean {
  return known?.askedAt != null && wallNow - known.askedAt < ASK_AGAIN_AFTER_MS;
}

function estimated(ctx: QueryCtx, { entry, question }: Open, known: KnownQuote | undefined): TaxedDecision {
  if (known?.status === 'refused' || isLately(ctx, known)) return decided(unquoted(entry));
  throw new TaxQuoteNeeded([question]);
}
