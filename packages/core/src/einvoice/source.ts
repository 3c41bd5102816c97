import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { EAddress, EContact, EPeriod, SchemedId, VatCategory } from './model.ts';

/** A party as copied onto the document at issue; what is not known is null and named when the file is asked for. */
export interface SourceParty {
  readonly name: string;
  readonly address: EAddress;
  readonly vatId: string | null;
  readonly taxNumber: string | null;
  readonly registration: SchemedId | null;
  readonly endpoint: SchemedId | null;
  readonly contact: EContact | null;
}

/** A rate of the document's table of taxes. */
export interface SourceTax {
  readonly rateId: string;
  readonly category: VatCategory;
  readonly percent: Decimal12;
  readonly taxMinor: bigint;
  /** Why it is nothing, in the seller's words; null for the usual ones. */
  readonly exemptionReason: string | null;
  /** Of the list VATEX, where the category itself has none; left out for none. */
  readonly exemptionCode?: string | null;
}

/** A line as frozen: amounts in minor units, net of tax. */
export interface SourceLine {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly quantity: Decimal12;
  /** UN/ECE Recommendation 20. */
  readonly unit: string;
  /** As priced, with tax where prices include it. */
  readonly amountMinor: bigint;
  readonly netMinor: bigint;
  /** What discounts took off `amountMinor` before it came to that; each 0 or more. */
  readonly discounts: readonly { readonly reason: string; readonly amountMinor: bigint }[];
  readonly rateIds: readonly string[];
  readonly period: EPeriod | null;
}

/** An allowance or a charge on the whole document; `netMinor` is negative for an allowance. */
export interface SourceAdjustment {
  readonly description: string;
  readonly netMinor: bigint;
  readonly rateIds: readonly string[];
}

/** A frozen invoice or credit note with what an e-invoice needs beside it. Days are those of the seller. */
export interface SourceDocument {
  readonly kind: 'invoice' | 'corrected_invoice' | 'credit_note' | 'debit_note';
  readonly number: string;
  readonly issuedOn: string;
  readonly dueOn: string | null;
  readonly currency: CurrencyCode;
  readonly seller: SourceParty;
  readonly buyer: SourceParty;
  readonly buyerReference: string | null;
  readonly orderReference: string | null;
  readonly preceding: { readonly number: string; readonly issuedOn: string | null } | null;
  readonly note: string | null;
  readonly terms: string | null;
  readonly lines: readonly SourceLine[];
  readonly adjustments: readonly SourceAdjustment[];
  readonly taxes: readonly SourceTax[];
  readonly totalMinor: bigint;
  /** What was left to pay at issue, after credit. */
  readonly dueMinor: bigint;
  /** Null where no account is named on the document. */
  readonly account: {
    readonly iban: string;
    readonly name: string | null;
    readonly bic: string | null;
  } | null;
  readonly paymentReference: string | null;
}
