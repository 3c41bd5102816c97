import type { Decimal12 } from '../kernel/decimal.ts';

/** The kinds of files that are written. All of them carry the semantic model of EN 16931-1. */
export type EInvoiceProfile = 'factur_x' | 'xrechnung_cii' | 'xrechnung_ubl' | 'peppol_bis';

/**
 * Categories of VAT (BT-118, BT-151): S standard, Z zero rated, E exempt, AE reverse charge, K delivery inside the
 * community, G export, O outside the scope of VAT.
 */
export type VatCategory = 'S' | 'Z' | 'E' | 'AE' | 'K' | 'G' | 'O';

/** A term of the model with its scheme, such as an electronic address (BT-34) with its EAS code. */
export interface SchemedId {
  readonly scheme: string | null;
  readonly value: string;
}

/** BG-5, BG-8, BG-15: an address. */
export interface EAddress {
  /** BT-35, BT-50. */
  readonly line1: string | null;
  /** BT-36, BT-51. */
  readonly line2: string | null;
  /** BT-37, BT-52. */
  readonly city: string | null;
  /** BT-38, BT-53. */
  readonly postCode: string | null;
  /** BT-39, BT-54. */
  readonly region: string | null;
  /** BT-40, BT-55: ISO 3166-1 alpha-2; empty where it is not known. */
  readonly country: string;
}

/** BG-6, BG-9: whom to ask. */
export interface EContact {
  /** BT-41, BT-56. */
  readonly name: string | null;
  /** BT-42, BT-57. */
  readonly phone: string | null;
  /** BT-43, BT-58. */
  readonly email: string | null;
}

/** BG-4 seller, BG-7 buyer. */
export interface EParty {
  /** BT-27, BT-44. */
  readonly name: string;
  /** BT-29, BT-46. */
  readonly id: string | null;
  /** BT-30, BT-47. */
  readonly registration: SchemedId | null;
  /** BT-31, BT-48. */
  readonly vatId: string | null;
  /** BT-32, of a seller alone. */
  readonly taxNumber: string | null;
  /** BT-34, BT-49. */
  readonly endpoint: SchemedId | null;
  readonly address: EAddress;
  readonly contact: EContact | null;
}

/** BG-14, BG-26: calendar days, both inside. */
export interface EPeriod {
  readonly start: string;
  readonly end: string;
}

/** BG-20, BG-21, BG-27, BG-28: an allowance or a charge; amounts are 0 or more. */
export interface EAdjustment {
  readonly isCharge: boolean;
  /** BT-92, BT-99, BT-136, BT-141. */
  readonly amount: Decimal12;
  /** BT-97, BT-104, BT-139, BT-144. */
  readonly reason: string;
  /** BT-95, BT-102; null on a line, where that of the line holds. */
  readonly category: VatCategory | null;
  /** BT-96, BT-103: percent. */
  readonly percent: Decimal12 | null;
}

/** BG-25: an invoice line. */
export interface ELine {
  /** BT-126. */
  readonly id: string;
  /** BT-127. */
  readonly note: string | null;
  /** BT-129; negative for what is taken back on an invoice. */
  readonly quantity: Decimal12;
  /** BT-130: UN/ECE Recommendation 20. */
  readonly unit: string;
  /** BT-131: `quantity × price / base + charges − allowances`. */
  readonly net: Decimal12;
  /** BG-26. */
  readonly period: EPeriod | null;
  readonly adjustments: readonly EAdjustment[];
  /** BT-146; never negative. */
  readonly price: Decimal12;
  /** BT-149. */
  readonly priceBase: Decimal12;
  /** BT-153. */
  readonly name: string;
  /** BT-151. */
  readonly category: VatCategory;
  /** BT-152: percent; null outside the scope of VAT. */
  readonly percent: Decimal12 | null;
}

/** BG-23: one row for each category and rate. */
export interface EVatRow {
  readonly category: VatCategory;
  /** BT-119. */
  readonly percent: Decimal12 | null;
  /** BT-116. */
  readonly taxable: Decimal12;
  /** BT-117. */
  readonly tax: Decimal12;
  /** BT-120. */
  readonly exemptionReason: string | null;
  /** BT-121: VATEX. */
  readonly exemptionCode: string | null;
}

/** BG-22: amounts of the document. */
export interface ETotals {
  /** BT-106. */
  readonly lines: Decimal12;
  /** BT-107. */
  readonly allowances: Decimal12;
  /** BT-108. */
  readonly charges: Decimal12;
  /** BT-109. */
  readonly withoutVat: Decimal12;
  /** BT-110. */
  readonly vat: Decimal12;
  /** BT-112. */
  readonly withVat: Decimal12;
  /** BT-113. */
  readonly paid: Decimal12;
  /** BT-114. */
  readonly rounding: Decimal12;
  /** BT-115. */
  readonly payable: Decimal12;
}

/** BG-16: how to pay. */
export interface EPayment {
  /** BT-81: UNTDID 4461; 58 is a SEPA credit transfer, 30 another one, 1 is not defined. */
  readonly means: string;
  /** BT-83. */
  readonly reference: string | null;
  /** BG-17. */
  readonly account: {
    /** BT-84. */
    readonly iban: string;
    /** BT-85. */
    readonly name: string | null;
    /** BT-86. */
    readonly bic: string | null;
  } | null;
}

/** A document in the semantic model of EN 16931-1. Amounts and quantities are decimals, never minor units. */
export interface EInvoice {
  /** BT-24. */
  readonly specification: string;
  /** BT-23. */
  readonly process: string | null;
  /** BT-1. */
  readonly number: string;
  /** BT-2: a calendar day. */
  readonly issuedOn: string;
  /** BT-3: UNTDID 1001; 380 invoice, 384 corrected invoice, 381 credit note, 383 debit note. */
  readonly type: string;
  /** BT-5. */
  readonly currency: string;
  /** BT-9. */
  readonly dueOn: string | null;
  /** BT-10. */
  readonly buyerReference: string | null;
  /** BT-13. */
  readonly orderReference: string | null;
  /** BT-20. */
  readonly terms: string | null;
  /** BT-22. */
  readonly note: string | null;
  /** BG-3. */
  readonly preceding: { readonly number: string; readonly issuedOn: string | null } | null;
  readonly seller: EParty;
  readonly buyer: EParty;
  /** BT-80 with BG-15: where a delivery inside the community went. */
  readonly deliveredTo: EAddress | null;
  /** BT-72. */
  readonly deliveredOn: string | null;
  /** BG-14. */
  readonly period: EPeriod | null;
  readonly payment: EPayment | null;
  readonly adjustments: readonly EAdjustment[];
  readonly totals: ETotals;
  readonly vat: readonly EVatRow[];
  readonly lines: readonly ELine[];
}
