import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { SandboxControl } from '../adapters/sandbox/control.ts';
import { sandboxMailbox } from '../adapters/sandbox/mailbox.ts';
import { type Demo, demoRoutes } from '../demo/run-demo.ts';
import type { Handlers } from '../http/handlers.ts';
import { hasBusiness } from '../modules/analytics/api.ts';
import { analyticsRoutes } from '../modules/analytics/routes.ts';
import { catalogRoutes } from '../modules/catalog/routes.ts';
import { checkoutRoutes } from '../modules/checkout/routes.ts';
import { credentialRoutes } from '../modules/credentials/routes.ts';
import { creditCatalogueRoutes } from '../modules/credits/routes.ts';
import { memberPeopleRoutes } from '../modules/customers/members/routes.ts';
import { customerRoutes } from '../modules/customers/routes.ts';
import type { CheckCopies } from '../modules/entitlements/check-copies.ts';
import { upgradeUrls } from '../modules/entitlements/queries/check.ts';
import { entitlementRoutes } from '../modules/entitlements/routes.ts';
import type { RightsStream } from '../modules/entitlements/stream.ts';
import { unitRoutes } from '../modules/entitlements/unit-routes.ts';
import type { FileService, FileStore } from '../modules/files/api.ts';
import { fileRoutes } from '../modules/files/routes.ts';
import { identityRoutes } from '../modules/identity/routes.ts';
import type { createInvoicePdf, createPreviewPdf, EInvoices } from '../modules/invoicing/api.ts';
import { eInvoiceRoutes, myEInvoiceRoutes } from '../modules/invoicing/e-invoices/routes.ts';
import { myTaxRoutes, taxRoutes } from '../modules/invoicing/routes.ts';
import { ledgerRoutes } from '../modules/ledger/routes.ts';
import { mailboxRoutes } from '../modules/notifications/routes.ts';
import { paymentAccountRoutes } from '../modules/payments/account-routes.ts';
import { cardMarkOf, type createReceiptPdf, type Providers } from '../modules/payments/api.ts';
import { providerEventRoutes } from '../modules/payments/event-routes.ts';
import { payPalRoutes } from '../modules/payments/paypal-routes.ts';
import { paymentRoutes } from '../modules/payments/routes.ts';
import { guardPayment } from '../modules/risk/api.ts';
import { riskRoutes } from '../modules/risk/routes.ts';
import { usageCareRoutes } from '../modules/usage/correction-routes.ts';
import { usageRoutes } from '../modules/usage/routes.ts';
import type { TenantContext } from '../platform/context.ts';
import type { SecretBox } from '../platform/crypto.ts';
import { tenantTypeId } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { ClockMover } from '../processes/advance-clock.ts';
import { approvalRoutes } from '../processes/approval-routes.ts';
import { bankingRoutes, memberBankingRoutes } from '../processes/banking-routes.ts';
import { billRunRoutes } from '../processes/bill-run-routes.ts';
import { bookRoutes } from '../processes/book-routes.ts';
import { catalogueRoutes } from '../processes/catalogue-routes.ts';
import { certificateRoutes, myCertificateRoutes } from '../processes/certificate-routes.ts';
import { clockRoutes } from '../processes/clock-routes.ts';
import { completeCheckout } from '../processes/complete-checkout.ts';
import { markPlan } from '../processes/credit-marks.ts';
import { creditRoutes, myCreditRoutes } from '../processes/credit-routes.ts';
import {
  customerDocumentRoutes,
  memberCustomerDocumentRoutes,
} from '../processes/customer-document-routes.ts';
import { debitNoteRoutes } from '../processes/debit-note-routes.ts';
import { deliveryRoutes } from '../processes/delivery-routes.ts';
import { disputeRoutes } from '../processes/dispute-routes.ts';
import { documentRoutes, memberDocumentRoutes } from '../processes/document-routes.ts';
import { dunningRoutes, myDunningRoutes } from '../processes/dunning-routes.ts';
import { invoiceRoutes, memberInvoiceRoutes } from '../processes/invoice-routes.ts';
import { migrationRoutes } from '../processes/migration-routes.ts';
import { mirrorRoutes, myMirrorRoutes } from '../processes/mirror-routes.ts';
import { mySubscriptionRoutes } from '../processes/my-subscription-routes.ts';
import { overviewRoutes } from '../processes/overview-routes.ts';
import type { PayLinks } from '../processes/pay-link.ts';
import { paymentCareRoutes } from '../processes/payment-care-routes.ts';
import { myRequestRoutes, paymentRequestRoutes } from '../processes/payment-request-routes.ts';
import { portalRoutes } from '../processes/portal-routes.ts';
import { settingsPreviewRoutes } from '../processes/preview-settings.ts';
import type { PreviewTokens } from '../processes/preview-token.ts';
import { myReceiptRoutes, receiptRoutes } from '../processes/receipt-routes.ts';
import { refundSale } from '../processes/return-credits.ts';
import { memberRightsRoutes, rightsRoutes } from '../processes/rights-routes.ts';
import { subscribeAtStripe } from '../processes/subscribe-at-stripe.ts';
import { subscriptionRoutes } from '../processes/subscription-routes.ts';
import { usageCorrectionRoutes } from '../processes/usage-correction-routes.ts';
import { usageOutlookRoutes } from '../processes/usage-outlook.ts';
import type { composeCare } from './care.ts';
import type { composePeople } from './people.ts';
import type { composeProviderAccounts } from './provider-accounts.ts';
import type { composeTransfer } from './transfer.ts';

export type HandlerParts = {
  transactor: Transactor;
  box: SecretBox;
  people: ReturnType<typeof composePeople>;
  accounts: ReturnType<typeof composeProviderAccounts>;
  providers: Providers;
  care: ReturnType<typeof composeCare>;
  transfer: ReturnType<typeof composeTransfer>;
  files: FileService;
  store: FileStore;
  pdf: ReturnType<typeof createInvoicePdf>;
  notePdf: ReturnType<typeof createInvoicePdf>;
  eInvoices: EInvoices;
  documentPdf: ReturnType<typeof createInvoicePdf>;
  previewPdf: ReturnType<typeof createPreviewPdf>;
  receiptPdf: ReturnType<typeof createReceiptPdf>;
  mover: ClockMover;
  control: SandboxControl;
  previews: PreviewTokens;
  payLinks: PayLinks;
  copies: CheckCopies;
  rightsStream: RightsStream;
  demo(): Demo;
  origin(): string;
  /** Whether the server was started with keys of Stripe. */
  isStripeOfServer: boolean;
  /** Looks at a source of due work soon. */
  wake(source: string): void;
};

const DAY_MS = 86_400_000;

/** Who answers what on the seller's side. */
export function operatorHandlers(parts: HandlerParts): Handlers<OperatorRoutes> {
  const { transactor, people, files, pdf } = parts;
  const portalUrl = (slug: string) => `${parts.origin()}/p/${slug}`;
  return {
    ...identityRoutes({
      transactor,
      hashPassword: people.hashPassword,
      portalUrl,
      sendInvitation: people.inviteOperator,
      prepareTenant: parts.accounts.prepare,
    }),
    ...catalogRoutes(),
    ...catalogueRoutes(),
    ...customerRoutes({ isBound: hasBusiness }),
    ...taxRoutes(),
    ...certificateRoutes(),
    ...subscriptionRoutes(parts.previews),
    ...migrationRoutes(),
    ...rightsRoutes(),
    ...usageRoutes({ transactor, store: parts.store }),
    ...usageCareRoutes({ transactor, store: parts.store }),
    ...usageCorrectionRoutes({ transactor, previews: parts.previews }),
    ...entitlementRoutes({
      copies: parts.copies,
      upgradeUrl: upgradeUrls(portalUrl),
    }),
    ...unitRoutes({ transactor, stream: parts.rightsStream }),
    ...creditCatalogueRoutes({ markPlan }),
    ...creditRoutes({ transactor }),
    ...invoiceRoutes({ transactor, pdf, providers: parts.providers }),
    ...settingsPreviewRoutes({ previewPdf: parts.previewPdf }),
    ...customerDocumentRoutes({
      transactor,
      documentPdf: parts.documentPdf,
      previewPdf: parts.previewPdf,
    }),
    ...debitNoteRoutes,
    ...documentRoutes({ transactor, providers: parts.providers, notePdf: parts.notePdf }),
    ...eInvoiceRoutes(parts),
    ...deliveryRoutes({ wake: parts.wake }),
    ...paymentHandlers(parts),
    ...dunningRoutes(),
    ...ledgerRoutes(),
    ...bookRoutes(),
    ...parts.transfer.routes,
    ...analyticsRoutes(),
    ...overviewRoutes(),
    ...usageOutlookRoutes(),
    ...demoRoutes(parts.demo),
    ...mailboxRoutes({ transactor, mailbox: sandboxMailbox(parts.control) }),
    ...clockRoutes({ transactor, mover: parts.mover }),
    ...fileRoutes({
      transactor,
      files,
      // Known once the server listens, so it is asked for at each link.
      get baseUrl() {
        return parts.origin();
      },
    }),
  };
}

/** Who answers what on the customer's side. */
/** What staff do about payments, and about those who make them. */
function paymentHandlers(parts: HandlerParts) {
  const { transactor } = parts;
  return {
    ...paymentRoutes({
      transactor,
      providers: parts.providers,
      webhookUrl: (publicId) => parts.accounts.webhookUrlOf(publicId),
      refund: refundSale,
    }),
    ...bankingRoutes({ transactor }),
    ...mirrorRoutes({ transactor, providers: parts.providers, wake: parts.wake }),
    ...approvalRoutes(),
    ...paymentRequestRoutes(pagesOf(parts)),
    ...receiptRoutes({ receiptPdf: parts.receiptPdf }),
    ...billRunRoutes(),
    ...disputeRoutes({ transactor, providers: parts.providers, files: parts.files }),
    ...providerEventRoutes(parts.care),
    ...paymentCareRoutes({ transactor, providers: parts.providers, ...parts.care }),
    ...riskRoutes({ cardMarkOf }),
    ...credentialRoutes(),
    ...paymentAccountRoutes({
      transactor,
      box: parts.box,
      isStripeOfServer: parts.isStripeOfServer,
      noteSecrets: parts.care.noteSecretsOf,
      providers: parts.providers,
      putStripe: parts.accounts.putStripe,
    }),
    ...payPalRoutes({
      transactor,
      box: parts.box,
      providers: parts.providers,
      webhookUrl: parts.accounts.webhookUrlOf,
      hookToken: parts.accounts.hookTokenOf,
      noteSecrets: parts.care.noteSecretsOf,
      payPalSandbox: parts.accounts.payPal.setUpFor,
    }),
  };
}

/** What opens pages on which customers pay. */
const pagesOf = ({ transactor, providers, payLinks }: HandlerParts) => ({
  transactor,
  providers,
  payLinks,
  complete: completeCheckout,
  guard: guardPayment({ transactor }),
});

export function memberHandlers(parts: HandlerParts): Handlers<MemberRoutes> {
  const { transactor, pdf } = parts;
  return {
    ...mySubscriptionRoutes(parts.previews),
    ...memberRightsRoutes(),
    ...portalRoutes({ logoUrl: (tenant, fileId) => logoUrl(parts, tenant, fileId) }),
    ...memberBankingRoutes(),
    ...memberInvoiceRoutes({ transactor, pdf }),
    ...myMirrorRoutes({ transactor, providers: parts.providers, wake: parts.wake }),
    ...myCreditRoutes(),
    ...myReceiptRoutes({ transactor, receiptPdf: parts.receiptPdf }),
    ...myRequestRoutes(pagesOf(parts)),
    ...myDunningRoutes(),
    ...memberCustomerDocumentRoutes({ transactor, documentPdf: parts.documentPdf }),
    ...memberDocumentRoutes({ transactor, notePdf: parts.notePdf }),
    ...myEInvoiceRoutes(parts),
    ...checkoutRoutes({
      ...pagesOf(parts),
      atStripe: subscribeAtStripe({ transactor }),
    }),
    ...myTaxRoutes({ isBound: hasBusiness }),
    ...myCertificateRoutes({ transactor, files: parts.files }),
    ...memberPeopleRoutes({
      transactor,
      sendInvitation: parts.people.inviteMember,
      isBound: hasBusiness,
      logoUrl: (tenant, fileId) => logoUrl(parts, tenant, fileId),
    }),
  };
}

/** A signed link that stays the same for a day, so that browsers keep the picture. */
function logoUrl(parts: HandlerParts, tenant: TenantContext, fileId: string): string {
  const today = Math.floor(parts.transactor.wallNow() / DAY_MS);
  const signed = parts.files.link(tenant.id, fileId, (today + 2) * DAY_MS);
  const file = encodeTypeId('file', fileId);
  return `${parts.origin()}/v1/files/${file}/content?tenant=${tenantTypeId(tenant.publicId)}&${signed}`;
}
