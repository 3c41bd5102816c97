import { DEFAULT_PRICE_SHAPE } from '../../catalog/price.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { isAmountInRange } from '../../money/money.ts';
import type { OneOffCharge, Subscription } from '../../subscriptions/subscription.ts';
import { MONTHLY } from '../../time/cadence.ts';
import { type Period, periodLengthMs } from '../../time/period.ts';
import { assembleInvoice, type InvoiceHead } from '../assemble-invoice.ts';
import { oneOffKey, oneOffLine } from '../charge-line.ts';
import { type BillingDecision, issueInvoice } from '../decide-invoice.ts';
import type { InvoiceStatus } from '../invoice.ts';
import type { ProposedLine } from '../line.ts';
import type { TaxMode, TaxRate } from '../tax.ts';
import type { TaxPolicy } from '../tax-policy.ts';

/** A line of the invoice that is raised, as it was frozen. */
export interface DebitableLine {
  readonly position: number;
  readonly subscriptionId: string;
  readonly planId: string;
  readonly planVersionId: string;
  readonly description: string;
  readonly taxCode: string;
  /** Those that its tax was worked out by. */
  readonly rates: readonly TaxRate[];
  readonly servicePeriod: Period;
}

/** What is claimed beside what a line claimed. */
export interface WantedDebit {
  readonly position: number;
  /** As on the line: before tax, or with it where prices include it. More than 0. */
  readonly amountMinor: bigint;
  /** The words of the line that it raises, if null. */
  readonly description: string | null;
  /** Id for the charge that it is. */
  readonly chargeId: string;
}

/** The price key of what a debit note claims. */
export const DEBIT_PRICE_KEY = 'debit-note';

/** `head`: that of the new document; its choice of tax gives the mode alone, and a quote goes before all rates. */
export interface DebitNoteInput {
  readonly head: InvoiceHead;
  readonly invoice: {
    readonly id: string;
    readonly number: string;
    readonly taxMode: TaxMode;
    readonly policies: { readonly tax: TaxPolicy };
    readonly lines: readonly DebitableLine[];
  };
  /** How the invoice stands now. */
  readonly status: InvoiceStatus;
  /** Those that the lines belong to. */
  readonly subscriptions: readonly Subscription[];
  readonly wanted: readonly WantedDebit[];
  readonly reason: string;
}

/**
 * Raises what an issued invoice claimed, by a document of its own that is payable like an invoice: forgotten usage, a
 * wrong price. Each line of it is a charge of the subscription, taxed by the rates that the line had then and earned
 * over the time that the line is for. As charges they count as billed, so that no later invoice claims them again.
 * Refusals: `debit_note.invoice_not_issued`, `debit_note.line_unknown`, `debit_note.amount_not_positive`,
 * `billing.amount_out_of_range`, `billing.rating_refused`.
 */
export function decideDebitNote(input: DebitNoteInput): Result<BillingDecision> {
  const { head, invoice, status, subscriptions } = input;
  if (status === 'void' || status === 'skipped')
    return refuse('debit_note.invoice_not_issued', `An invoice that is ${status} cannot be raised.`);
  const lines: ProposedLine[] = [];
  const changes: BillingDecision['changes'][number][] = [];
  let sumMinor = 0n;
  for (const [index, wanted] of input.wanted.entries()) {
    const facts = { pointer: `/lines/${index}` };
    const raised = invoice.lines.find(({ position }) => position === wanted.position);
    const subscription = subscriptions.find(({ id }) => id === raised?.subscriptionId);
    if (raised === undefined || subscription === undefined)
      return refuse('debit_note.line_unknown', `The invoice has no line ${wanted.position}.`, facts);
    if (wanted.amountMinor <= 0n)
      return refuse(
        'debit_note.amount_not_positive',
        'What costs less is given back by a credit note.',
        facts,
      );
    sumMinor += wanted.amountMinor;
    const charge = chargeOf(wanted, raised, head);
    const line = debitLine(subscription, charge, raised, head);
    if (!line.ok) return line;
    lines.push(line.value);
    changes.push({ type: 'subscription_charge.create', subscriptionId: subscription.id, charge });
  }
  // Tax may double it at most.
  if (lines.length === 0 || !isAmountInRange(sumMinor * 2n))
    return refuse('billing.amount_out_of_range', 'The lines add up to more than any invoice may.');
  const document = {
    ...assembleInvoice(headOf(input), lines),
    raises: { invoiceId: invoice.id, invoiceNumber: invoice.number, reason: input.reason },
  };
  const issued = issueInvoice(document);
  return ok({
    changes: [...changes, ...issued.changes],
    events: issued.events,
    invoice: document,
    subscriptions,
  });
}

/** Mode and rounding of tax are those of the invoice: both documents together are one claim. */
function headOf({ head, invoice }: DebitNoteInput): InvoiceHead {
  return {
    ...head,
    taxChoice: { mode: invoice.taxMode, standardRate: null, ratesByTaxCode: {} },
    settings: { ...head.settings, tax: invoice.policies.tax },
  };
}

function chargeOf(
  { chargeId, amountMinor, description }: WantedDebit,
  raised: DebitableLine,
  { now }: InvoiceHead,
): OneOffCharge {
  const name = description ?? raised.description;
  return {
    id: chargeId,
    at: now,
    description: name,
    price: {
      id: chargeId,
      key: DEBIT_PRICE_KEY,
      name,
      model: { kind: 'flat', amountMinor },
      quantity: { kind: 'fixed' },
      timing: 'in_arrears',
      cadence: MONTHLY,
      ...DEFAULT_PRICE_SHAPE,
      taxCode: raised.taxCode,
    },
    quantity: 1n,
    addOnId: null,
  };
}

type DebitLine = ProposedLine & { readonly taxRates: readonly TaxRate[] };

function debitLine(
  subscription: Subscription,
  charge: OneOffCharge,
  raised: DebitableLine,
  { settings }: InvoiceHead,
): Result<DebitLine> {
  const context = {
    subscription,
    settings,
    ratingPolicy: { ...settings.rating, rounding: settings.rounding },
  };
  const line = oneOffLine(context, charge, oneOffKey(charge.id));
  if (!line.ok) return line;
  const { servicePeriod, planId, planVersionId } = raised;
  // A line for a moment was earned at it; so is what raises it.
  const span = periodLengthMs(servicePeriod) > 0 ? servicePeriod : line.value.servicePeriod;
  const explanation = { ...line.value.explanation, planId, planVersionId, billingPeriod: span };
  return ok({ ...line.value, planVersionId, servicePeriod: span, explanation, taxRates: raised.rates });
}
