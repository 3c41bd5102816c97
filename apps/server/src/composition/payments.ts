import { createPayPalConnector } from '../adapters/paypal/connect.ts';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import type { InboundHooks } from '../http/hooks.ts';
import type { FileService } from '../modules/files/api.ts';
import { createProviders } from '../modules/payments/api.ts';
import { createCardMarker, withCardMarks } from '../modules/payments/card-marks.ts';
import { receiveWebhook } from '../modules/payments/inbox.ts';
import type { SecretBox } from '../platform/crypto.ts';
import type { DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { changesAtStripeSource } from '../processes/change-at-stripe.ts';
import { collectSource } from '../processes/collect-invoice.ts';
import { checkoutsSource } from '../processes/complete-checkout.ts';
import { detachMethodsSource } from '../processes/detach-methods.ts';
import { askedAccountsSource } from '../processes/forget-asked-accounts.ts';
import { providerEventsSource } from '../processes/provider-events.ts';
import { meterReportsSource } from '../processes/report-meters.ts';
import { expiringMethodsSource } from '../processes/warn-expiring-methods.ts';
import { disputesSource } from '../processes/watch-disputes.ts';

export type PaymentsOptions = {
  transactor: Transactor;
  files: FileService;
  box: SecretBox;
  masterKey: Uint8Array;
  /** Base of the payment stand-in. */
  sandboxUrl: string;
  /** Where test accounts of Stripe find its API; undefined for Stripe's own. */
  testUrl: string | undefined;
  /** The root of the certificates that the stand-in for PayPal signs with. */
  sandboxRoot(): Promise<string>;
  log: Log;
  wake(source: string): void;
};

/** Payments: sellers' accounts at providers, collecting, hosted pages and the webhooks that come back. */
export function composePayments(options: PaymentsOptions) {
  const { transactor, log } = options;
  const mark = createCardMarker(options.masterKey);
  const providers = createProviders({
    transactor,
    box: options.box,
    connectors: [createStripeConnector(options), createPayPalConnector(options)].map((connector) =>
      withCardMarks(connector, mark),
    ),
  });
  const sources: DueSource[] = [
    collectSource({ transactor, providers, log }),
    checkoutsSource({ transactor, providers }),
    providerEventsSource({ transactor, providers, log }),
    detachMethodsSource({ transactor, providers }),
    changesAtStripeSource({ transactor, providers }),
    meterReportsSource({ transactor, providers }),
    disputesSource({ transactor, providers, files: options.files }),
    expiringMethodsSource({ transactor }),
    askedAccountsSource({ transactor }),
  ];
  const inbox = {
    transactor,
    providers,
    wake: () => options.wake('provider-events'),
  };
  const hooks: InboundHooks = {
    async receive({ token, headers, body }) {
      const status = await receiveWebhook(inbox, { token, rawBody: body, headers });
      if (status === 404) refuse('request.not_found', 'There is nothing at this address.');
      if (status === 401) refuse('auth.required', 'The message does not carry a valid signature.');
    },
  };
  return { providers, sources, hooks };
}
