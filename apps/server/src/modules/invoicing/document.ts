import type { DocumentWords } from '@billhook/core/documents/words';
import type { DocumentAppendix, OpenItems } from './document-parts.ts';

/** A party on a document, as copied onto the invoice at issue. */
export type DocumentParty = {
  name: string;
  addressLines: readonly string[];
  country: string | null;
  taxId: string | null;
  email: string | null;
};

/** What happened to the amount due after the issue. Amounts are integer strings in minor units, 0 or more. */
export type DocumentSettlement = {
  creditNotesMinor: string;
  creditMinor: string;
  paidMinor: string;
  /** The day on which nothing was left to pay; null before. */
  paidOn: string | null;
  isVoid: boolean;
  dueMinor: string;
};

/** How an open invoice is paid by transfer, as it is printed. */
export type DocumentTransfer = {
  holder: string;
  iban: string;
  bic: string | null;
  bankName: string | null;
  reference: string;
  /** The text of a code that banking apps read; null where there is none. */
  scan: string | null;
};

/** What a rendered invoice or credit note shows. Amounts are integer strings in minor units; dates are texts of calendar days. */
export type InvoiceDocument = {
  /** The invoice that a credit note takes back, and why; null on an invoice. */
  credits: { invoiceNumber: string; isDebitNote?: boolean; reason: string } | null;
  /** On a debit note: the invoice that it raises. */
  raises?: { invoiceNumber: string } | null;
  /** On the receipt of a payment: what was paid and when. */
  receipt?: { invoiceNumber: string | null; paidOn: string } | null;
  number: string;
  currency: string;
  issuedOn: string;
  dueOn: string;
  seller: DocumentParty;
  buyer: DocumentParty;
  lines: readonly {
    description: string;
    /** Such as "1 May 2015 to 31 May 2015"; null for what has no period. */
    period: string | null;
    /** Decimal text without trailing zeros, and its unit. */
    quantity: string;
    unit: string;
    amountMinor: string;
    /** In percent, such as "19"; null where no tax applies. */
    taxPercent: string | null;
    /** How the amount comes about, one short sentence each step. */
    explanation: readonly string[];
  }[];
  /** The lines by subscription, where there are several: how many of them each has, one after another. */
  groups?: readonly { title: string; count: number; subtotalMinor: string }[];
  subtotalMinor: string;
  taxes: readonly {
    name: string;
    percent: string;
    netMinor: string;
    taxMinor: string;
    /** What the law wants to be said where nothing is charged. */
    exemption?: string | undefined;
  }[];
  totalMinor: string;
  creditAppliedMinor: string;
  /** What was left to pay when it was issued. */
  dueMinor: string;
  /** What has become of that since; null while nothing has. */
  settled: DocumentSettlement | null;
  /** Null where it is not paid by transfer, or not any more. */
  transfer: DocumentTransfer | null;
  /** BCP 47: the language of the reader and the formats of the place; English where left out. */
  locale?: string;
  /** What it is called, where that does not follow from the rest. */
  title?: keyof DocumentWords;
  /** What stands beside the day of issue, in place of what is due. */
  facts?: readonly { name: keyof DocumentWords; value: string }[];
  /** Said before the lines. */
  introduction?: readonly string[];
  /** Said after the totals: terms, how to pay, what the law wants. */
  notes?: readonly string[];
  /** Stands at the foot of every page. */
  footer?: string | null;
  /** On statements and letters, in place of lines. */
  openItems?: OpenItems;
  /** How each amount came about, on pages of its own. */
  appendix?: DocumentAppendix | null;
  brandColour: string | null;
  /** PNG or JPEG. */
  logo: Uint8Array | null;
  /** The same document as Factur-X in the profile EN 16931, to be attached; left out or null for none. */
  eInvoice?: string | null;
};

/** Port: makes the PDF of a frozen invoice or credit note. The same document gives the same bytes. */
export type InvoiceRenderer = (document: InvoiceDocument) => Promise<Uint8Array>;
