import type { RouteDefinition, RouteInput, RouteOutput } from './define-route.ts';
import { accountingRoutes } from './routes/accounting.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { bankingRoutes, myBankingRoutes } from './routes/banking.ts';
import { billRunRoutes } from './routes/bill-runs.ts';
import { bookRoutes } from './routes/books.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { couponRoutes } from './routes/coupons.ts';
import { creditCatalogueRoutes, creditRoutes, myCreditRoutes } from './routes/credits.ts';
import { customerDocumentRoutes, myDocumentRoutes } from './routes/customer-documents.ts';
import { customerRoutes } from './routes/customers.ts';
import { disputeRoutes } from './routes/disputes.ts';
import { dunningRoutes, myDunningRoutes } from './routes/dunning.ts';
import { eInvoiceRoutes, myEInvoiceRoutes } from './routes/e-invoices.ts';
import { exportRoutes } from './routes/exports.ts';
import { identityRoutes } from './routes/identity.ts';
import { importRoutes } from './routes/imports.ts';
import { creditNoteRoutes, debitNoteRoutes, invoiceRoutes, paymentRoutes } from './routes/invoices.ts';
import { myMoneyRoutes, myPlanRoutes, visitorRoutes } from './routes/member.ts';
import { myPeopleRoutes } from './routes/member-people.ts';
import { mirrorRoutes, myMirrorRoutes } from './routes/mirror.ts';
import { myTaxRoutes } from './routes/my-tax.ts';
import {
  analyticsRoutes,
  clockRoutes,
  fileRoutes,
  ledgerRoutes,
  mailboxRoutes,
} from './routes/operations.ts';
import { paymentAccountRoutes } from './routes/payment-accounts.ts';
import {
  healthRoutes,
  providerEventRoutes,
  reconciliationRoutes,
  riskRoutes,
} from './routes/payment-care.ts';
import { myRequestRoutes, paymentRequestRoutes } from './routes/payment-requests.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { rightRoutes } from './routes/rights.ts';
import { subscriptionActionRoutes } from './routes/subscription-actions.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { taxRoutes } from './routes/tax.ts';
import { myTaxCertificateRoutes, taxCertificateRoutes } from './routes/tax-certificates.ts';
import { entitlementRoutes, usageRoutes } from './routes/usage.ts';
import { usageCorrectionRoutes } from './routes/usage-corrections.ts';

/** Named by their groups, since all of them written out are longer than the compiler prints. */
export type OperatorRoutes = typeof identityRoutes &
  typeof customerRoutes &
  typeof taxRoutes &
  typeof taxCertificateRoutes &
  typeof catalogRoutes &
  typeof couponRoutes &
  typeof subscriptionRoutes &
  typeof subscriptionActionRoutes &
  typeof usageRoutes &
  typeof usageCorrectionRoutes &
  typeof entitlementRoutes &
  typeof creditCatalogueRoutes &
  typeof creditRoutes &
  typeof rightRoutes &
  typeof invoiceRoutes &
  typeof creditNoteRoutes &
  typeof debitNoteRoutes &
  typeof eInvoiceRoutes &
  typeof customerDocumentRoutes &
  typeof paymentRoutes &
  typeof bankingRoutes &
  typeof bookRoutes &
  typeof mirrorRoutes &
  typeof approvalRoutes &
  typeof disputeRoutes &
  typeof billRunRoutes &
  typeof paymentRequestRoutes &
  typeof providerEventRoutes &
  typeof reconciliationRoutes &
  typeof riskRoutes &
  typeof healthRoutes &
  typeof paymentAccountRoutes &
  typeof dunningRoutes &
  typeof ledgerRoutes &
  typeof clockRoutes &
  typeof mailboxRoutes &
  typeof fileRoutes &
  typeof analyticsRoutes &
  typeof exportRoutes &
  typeof privacyRoutes &
  typeof importRoutes &
  typeof accountingRoutes;

/** Everything that the seller's side may ask, keyed by route id. */
export const operatorRoutes: OperatorRoutes = {
  ...identityRoutes,
  ...customerRoutes,
  ...taxRoutes,
  ...taxCertificateRoutes,
  ...catalogRoutes,
  ...couponRoutes,
  ...subscriptionRoutes,
  ...subscriptionActionRoutes,
  ...usageRoutes,
  ...usageCorrectionRoutes,
  ...entitlementRoutes,
  ...creditCatalogueRoutes,
  ...creditRoutes,
  ...rightRoutes,
  ...invoiceRoutes,
  ...creditNoteRoutes,
  ...debitNoteRoutes,
  ...eInvoiceRoutes,
  ...customerDocumentRoutes,
  ...paymentRoutes,
  ...bankingRoutes,
  ...mirrorRoutes,
  ...approvalRoutes,
  ...disputeRoutes,
  ...billRunRoutes,
  ...paymentRequestRoutes,
  ...providerEventRoutes,
  ...reconciliationRoutes,
  ...riskRoutes,
  ...healthRoutes,
  ...paymentAccountRoutes,
  ...dunningRoutes,
  ...ledgerRoutes,
  ...bookRoutes,
  ...clockRoutes,
  ...mailboxRoutes,
  ...fileRoutes,
  ...analyticsRoutes,
  ...exportRoutes,
  ...privacyRoutes,
  ...importRoutes,
  ...accountingRoutes,
};

export type MemberRoutes = typeof visitorRoutes &
  typeof myPlanRoutes &
  typeof myMoneyRoutes &
  typeof myEInvoiceRoutes &
  typeof myBankingRoutes &
  typeof myMirrorRoutes &
  typeof myRequestRoutes &
  typeof myCreditRoutes &
  typeof myDunningRoutes &
  typeof myTaxRoutes &
  typeof myTaxCertificateRoutes &
  typeof myDocumentRoutes &
  typeof myPeopleRoutes;

/** Everything that the portal of one seller may ask, keyed by route id. */
export const memberRoutes: MemberRoutes = {
  ...visitorRoutes,
  ...myPlanRoutes,
  ...myMoneyRoutes,
  ...myEInvoiceRoutes,
  ...myBankingRoutes,
  ...myMirrorRoutes,
  ...myRequestRoutes,
  ...myCreditRoutes,
  ...myDunningRoutes,
  ...myTaxRoutes,
  ...myTaxCertificateRoutes,
  ...myDocumentRoutes,
  ...myPeopleRoutes,
};

export type OperatorRouteId = keyof OperatorRoutes;
export type MemberRouteId = keyof MemberRoutes;

/** Body, parameters and query of a route by its id. */
export type OperatorInput<Id extends OperatorRouteId> = RouteInput<OperatorRoutes[Id]>;
export type MemberInput<Id extends MemberRouteId> = RouteInput<MemberRoutes[Id]>;
/** What a route answers with, by its id. */
export type OperatorOutput<Id extends OperatorRouteId> = RouteOutput<OperatorRoutes[Id]>;
export type MemberOutput<Id extends MemberRouteId> = RouteOutput<MemberRoutes[Id]>;

export const allRoutes: readonly RouteDefinition[] = [
  ...Object.values(operatorRoutes),
  ...Object.values(memberRoutes),
];
