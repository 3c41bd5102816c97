import type { EInvoiceProfile } from '@billhook/core/einvoice/model';
import type { Consolidation } from '@billhook/core/invoicing/consolidation';
import type { Instant } from '@billhook/core/time/instant';

export type Address = {
  line1?: string | undefined;
  line2?: string | undefined;
  postal_code?: string | undefined;
  city?: string | undefined;
  region?: string | undefined;
};

/** What e-invoices say of a customer, and the form in which documents are sent. */
export type CustomerEInvoice = {
  format: EInvoiceProfile;
  legalName: string | null;
  registration: { scheme: string | null; id: string } | null;
  endpoint: { scheme: string; id: string } | null;
  buyerReference: string | null;
  orderReference: string | null;
};

export type Customer = {
  id: string;
  externalId: string | null;
  name: string;
  email: string | null;
  currency: string;
  timeZone: string;
  country: string | null;
  address: Address;
  taxId: string | null;
  taxExempt: boolean;
  eInvoice: CustomerEInvoice;
  /** Days from the invoice to its due date; null follows the tenant's setting. */
  paymentTermsDays: number | null;
  /** Null follows the setting of the tenant. */
  invoiceConsolidation: Consolidation | null;
  /** Nothing is charged by itself: invoices say how they are transferred, whatever methods there are. */
  paysByTransfer: boolean;
  locale: string;
  metadata: Record<string, string>;
  /** What we owe the customer, in minor units by currency: overpayment and the credit of downgrades. See `creditIn`. */
  creditBalances: ReadonlyMap<string, bigint>;
  /** Set while billing is on hold because a safety bound tripped. */
  parkedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};
