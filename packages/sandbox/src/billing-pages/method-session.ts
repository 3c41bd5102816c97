import { newSetupIntent } from '../checkout/complete.ts';
import type { Draft } from '../state/draft.ts';
import type { PortalSessionRecord } from '../state/meter-records.ts';
import type { SessionRecord } from '../state/records.ts';

const LIFE_SECONDS = 3_600;

/** The page on which a customer of the portal gives another card or account; it leads back to `url`. */
export function methodSession(draft: Draft, portal: PortalSessionRecord, url: string): SessionRecord {
  const session: SessionRecord = {
    id: draft.id('cs_test_', 58),
    created: draft.now,
    mode: 'setup',
    status: 'open',
    currency: null,
    lineItems: [],
    amountTotal: null,
    customer: portal.customer,
    customerCreation: null,
    customerEmail: null,
    customerDetails: null,
    clientReferenceId: null,
    metadata: {},
    intentData: {
      description: null,
      metadata: {},
      receiptEmail: null,
      setupFutureUsage: null,
      statementDescriptor: null,
      statementDescriptorSuffix: null,
    },
    paymentMethodTypes: ['card', 'sepa_debit'],
    paymentIntent: null,
    setupIntent: null,
    setsDefault: true,
    successUrl: url,
    cancelUrl: url,
    locale: portal.locale,
    submitType: null,
    billingAddressCollection: null,
    expiresAt: draft.now + LIFE_SECONDS,
  };
  const intent = newSetupIntent(draft, session);
  return draft.put('checkout_session', { ...session, setupIntent: intent.id });
}
