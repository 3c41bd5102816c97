import type { Decimal12 } from '../../kernel/decimal.ts';
import type { Instant } from '../../time/instant.ts';
import type { IssuedInvoice } from '../invoice.ts';
import type { UsageWindow } from '../propose-lines.ts';
import { type CompileInput, compileBilling } from './compile-billing.ts';
import { documentOf } from './fast-document.ts';

export interface AheadInput extends CompileInput {
  /** What was due before this moment stands on the first invoice. */
  readonly from: Instant;
  /** The last moment that is looked at. */
  readonly until: Instant;
  /** What is expected to be used in a window. */
  readonly usageOf: (window: UsageWindow) => Decimal12;
}

/**
 * The invoices that lie ahead, one for each moment at which something falls due, up to a moment: what a subscription will
 * cost if it stays as it is. Null where something needs `decideInvoice`, as for `compileBilling`, also where the
 * subscription itself changes before `until`.
 */
export function previewAhead(input: AheadInput): readonly IssuedInvoice[] | null {
  const billing = compileBilling(input);
  if (billing === null) return null;
  const { usageOf, until } = input;
  const invoices: IssuedInvoice[] = [];
  for (let at: Instant | null = input.from; at !== null && at <= until; at = billing.nextDueAt(at)) {
    const quantities = billing.windows(at).map((window) => usageOf(window));
    if (billing.bill(at, quantities) === null) return null;
    const document = documentOf(billing, { invoiceId: `${invoices.length + 1}` });
    if (document !== null) invoices.push(document);
  }
  return invoices;
}
