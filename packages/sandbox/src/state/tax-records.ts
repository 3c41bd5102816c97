import type { Address, Metadata } from './records.ts';

/** What one jurisdiction takes of a line, as Stripe's API shows it. */
export interface TaxPart {
  readonly amount: number;
  readonly jurisdiction: {
    readonly country: string;
    readonly display_name: string;
    readonly level: 'country' | 'state' | 'county' | 'city' | 'district';
    readonly state: string | null;
  };
  readonly sourcing: 'destination';
  readonly tax_rate_details: {
    readonly display_name: string;
    readonly percentage_decimal: string;
    readonly tax_type: string;
  } | null;
  readonly taxability_reason: string;
  readonly taxable_amount: number;
}

export interface TaxLine {
  readonly id: string;
  readonly amount: number;
  readonly amountTax: number;
  readonly metadata: Metadata;
  readonly quantity: number;
  readonly reference: string;
  readonly taxBehavior: 'exclusive' | 'inclusive';
  readonly taxCode: string;
  readonly parts: readonly TaxPart[];
}

interface Taxed {
  readonly id: string;
  readonly created: number;
  readonly currency: string;
  readonly address: Address;
  readonly taxIds: readonly { readonly type: string; readonly value: string }[];
  readonly override: 'customer_exempt' | 'none' | 'reverse_charge';
  readonly taxDate: number;
  readonly lines: readonly TaxLine[];
}

export interface TaxCalculationRecord extends Taxed {
  readonly expiresAt: number;
}

export interface TaxTransactionRecord extends Taxed {
  readonly reference: string;
  readonly postedAt: number;
  readonly metadata: Metadata;
  /** The transaction that a reversal takes back, and the line of it that each of its lines does; null for a sale. */
  readonly reverses: { readonly transaction: string; readonly lines: readonly string[] } | null;
}

/** Every kind of record of Stripe Tax with its shape. */
export interface TaxRecords {
  tax_calculation: TaxCalculationRecord;
  tax_transaction: TaxTransactionRecord;
}
