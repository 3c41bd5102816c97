import type { EInvoice } from './model.ts';

/** A rule that does not hold. */
export interface Fault {
  /** As published: `BR-CO-15`. */
  readonly rule: string;
  /** The business term or group that it is about. */
  readonly term: string;
  /** In our own words. */
  readonly detail: string;
}

export interface Rule extends Fault {
  readonly holds: (invoice: EInvoice) => boolean;
  /** Of a rule of Peppol: whether XRechnung has it too. */
  readonly inGermany?: boolean;
}

/** A rule with what it is about and when it holds. */
export function rule(id: string, term: string, detail: string, holds: (invoice: EInvoice) => boolean): Rule {
  return { rule: id, term, detail, holds };
}

/** Whether there is any text at all. */
export function given(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && value.trim() !== '';
}
