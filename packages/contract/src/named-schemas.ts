import type { TSchema } from 'typebox';
import * as accounting from './schemas/accounting.ts';
import * as approvals from './schemas/approvals.ts';
import * as banking from './schemas/banking.ts';
import * as billRuns from './schemas/bill-runs.ts';
import * as books from './schemas/books.ts';
import * as catalog from './schemas/catalog.ts';
import * as catalogueFile from './schemas/catalogue-file.ts';
import * as checkout from './schemas/checkout.ts';
import * as coupons from './schemas/coupons.ts';
import * as credits from './schemas/credits.ts';
import * as customerDocuments from './schemas/customer-documents.ts';
import * as customers from './schemas/customers.ts';
import * as disputes from './schemas/disputes.ts';
import * as documents from './schemas/documents.ts';
import * as dunning from './schemas/dunning.ts';
import * as eInvoices from './schemas/e-invoices.ts';
import * as exports from './schemas/exports.ts';
import * as identity from './schemas/identity.ts';
import * as imports from './schemas/imports.ts';
import * as invoices from './schemas/invoices.ts';
import * as lineKinds from './schemas/line-kinds.ts';
import * as meters from './schemas/meters.ts';
import * as mirror from './schemas/mirror.ts';
import * as operations from './schemas/operations.ts';
import * as overview from './schemas/overview.ts';
import * as paymentAccounts from './schemas/payment-accounts.ts';
import * as paymentCare from './schemas/payment-care.ts';
import * as paymentRequests from './schemas/payment-requests.ts';
import * as portalPeople from './schemas/portal-people.ts';
import * as privacy from './schemas/privacy.ts';
import * as refunds from './schemas/refunds.ts';
import * as rights from './schemas/rights.ts';
import * as subscriptionActions from './schemas/subscription-actions.ts';
import * as subscriptions from './schemas/subscriptions.ts';
import * as tax from './schemas/tax.ts';
import * as taxCertificates from './schemas/tax-certificates.ts';
import * as units from './schemas/units.ts';
import * as usage from './schemas/usage.ts';
import * as usageCorrections from './schemas/usage-corrections.ts';

const MODULES: readonly object[] = [
  eInvoices,
  billRuns,
  customerDocuments,
  customers,
  catalog,
  meters,
  catalogueFile,
  coupons,
  credits,
  books,
  documents,
  lineKinds,
  dunning,
  invoices,
  banking,
  mirror,
  approvals,
  disputes,
  refunds,
  paymentRequests,
  privacy,
  subscriptions,
  subscriptionActions,
  usage,
  units,
  usageCorrections,
  rights,
  identity,
  operations,
  paymentCare,
  paymentAccounts,
  portalPeople,
  overview,
  tax,
  taxCertificates,
  checkout,
  exports,
  accounting,
  imports,
];

/** Names that would be taken for something else outside of the contract. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  aggregation: 'MeterAggregation',
  weightedBy: 'WeightUnit',
  file: 'StoredFile',
  planFace: 'PlanInVersion',
  refund: 'Refund',
  allocation: 'PaymentAllocation',
  outgoingTransfer: 'RefundToTransfer',
  lineDraft: 'DraftLine',
  priceDraft: 'PriceDraft',
  explanation: 'LineExplanation',
};

/** Schemas that documents and clients know by a name: objects, unions of objects and enumerations. */
export function namedSchemas(): ReadonlyMap<string, TSchema> {
  const named = new Map<string, TSchema>();
  for (const module of MODULES) {
    for (const [name, value] of Object.entries(module) as [string, unknown][]) {
      if (isSchema(value) && deservesName(value)) named.set(nameOf(name), value);
    }
  }
  return named;
}

/** Two schemas with the same text are the same type. */
export function schemaText(schema: TSchema): string {
  return JSON.stringify(schema);
}

function nameOf(name: string): string {
  return OTHER_NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

function isSchema(value: unknown): value is TSchema {
  return (
    typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value || 'enum' in value)
  );
}

function deservesName(schema: TSchema): boolean {
  return ('type' in schema && schema.type === 'object') || 'anyOf' in schema || 'enum' in schema;
}
