import { randomUUID } from 'node:crypto';
import { addMs, instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { ConformanceDriver } from '../modules/payments/conformance/driver.ts';
import type { PaymentProvider } from '../modules/payments/provider.ts';
import { debitOnPage, payOnPage } from './payments.ts';
import { CALL_TIMEOUT_MS, createStripeWorld, type StripeWorld } from './stripe-world.ts';

const SLOW_MS = { bearable: 300, unbearable: CALL_TIMEOUT_MS + 1_500 } as const;
const START = Date.parse('2026-03-02T10:00:00Z');

/** What differs between the kinds of methods. */
type Kind = Pick<ConformanceDriver, 'methodKind' | 'declines' | 'settlement'> & {
  saveMethod(
    provider: PaymentProvider,
    customer: string,
    how: 'good' | 'declining',
    now: number,
  ): Promise<string>;
  completePage(url: string): Promise<boolean>;
};

/** What Stripe's banks say of cards, in its own words. */
const CARD_DECLINES = [
  'generic_decline',
  'insufficient_funds',
  'lost_card',
  'stolen_card',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
];
const CARDS = { good: 'pm_card_visa', declining: 'pm_card_chargeCustomerFail' } as const;

const CARD: Kind = {
  methodKind: 'card',
  declines: CARD_DECLINES.map((code) => ({ reason: code, failureCode: code })),
  settlement: null,
  saveMethod: async (provider, customer, how) =>
    (await provider.attachMethod(customer, CARDS[how], `attach:${randomUUID()}`)).id,
  completePage: async (url) => (await payOnPage(url, '4242424242424242')).status === 303,
};

/** Test IBANs, by what the bank does. */
const IBANS = {
  good: 'DE89370400440532013000',
  declining: 'DE62370400440532013001',
  returned: 'DE35370400440532013002',
} as const;

const DEBIT: Kind = {
  methodKind: 'sepa_debit',
  declines: ['generic_decline', 'insufficient_funds', 'account_closed'].map((code) => ({
    reason: code,
    failureCode: code,
  })),
  settlement: {
    days: 5,
    saveReturned: (provider, customer, now) => saveDebit(provider, customer, IBANS.returned, now),
  },
  saveMethod: (provider, customer, how, now) => saveDebit(provider, customer, IBANS[how], now),
  completePage: async (url) => (await debitOnPage(url, IBANS.good)).status === 303,
};

/** Keeps an account that may be debited: only its holder can give that leave, on a page. */
export async function saveDebit(
  provider: PaymentProvider,
  providerCustomerId: string,
  iban: string,
  now: number,
): Promise<string> {
  const page = await provider.createCheckoutSession(
    {
      checkoutId: randomUUID(),
      mode: 'setup',
      providerCustomerId,
      currency: 'EUR',
      amountMinor: 0n,
      description: 'Debit',
      successUrl: 'https://example.com/thanks',
      cancelUrl: 'https://example.com/back',
      expiresAt: addMs(instant(now), MS_PER_HOUR),
    },
    randomUUID(),
  );
  await debitOnPage(page.url ?? '', iban);
  return (await provider.retrieveSession(page.id)).methodId ?? '';
}

/** Drives the sandbox of Stripe, and the adapter in front of it, for the conformance suite. */
export const stripeDriver = async () => driverOf(await createStripeWorld(['card']), CARD);

/** The same with debits, whose outcome banks tell days later. */
export const stripeDebitDriver = async () => driverOf(await createStripeWorld(['sepa_debit']), DEBIT);

async function driverOf(world: StripeWorld, kind: Kind): Promise<ConformanceDriver> {
  const { connector, provider, account, control, accountId: id, receiver, signed } = world;
  let days = 0;
  const now = () => instant(START + days * MS_PER_DAY);
  await control.setClock(id, now());
  return {
    connector,
    provider,
    methodKind: kind.methodKind,
    declines: kind.declines,
    settlement: kind.settlement,
    strangerWith: (secretKey) => connector.connect({ ...account, secretKey }),
    currency: 'EUR',
    saveMethod: (customer, how) => kind.saveMethod(provider, customer, how, now()),
    completePage: kind.completePage,
    async setFaults({
      timeoutsBefore = 0,
      timeoutsAfter = 0,
      rejectWith,
      declineAs,
      duplicateWebhooks = false,
      loseWebhooks = false,
      delayWebhooksMs = 0,
      slow,
    }) {
      await control.setFaults(id, {
        timeoutsBefore,
        timeoutsAfter,
        // Left open for longer than the adapter waits: a connection that is cut is tried once more by the library itself.
        holdMs: CALL_TIMEOUT_MS + 1_500,
        duplicateWebhooks,
        delayWebhooksMs,
        slowMs: slow === undefined ? 0 : SLOW_MS[slow],
        loseWebhooks: loseWebhooks ? 1_000 : 0,
        ...(declineAs === undefined ? {} : { failCharges: 1, failChargesWith: declineAs }),
        ...(rejectWith === undefined ? {} : { rejectRequests: 1, rejectStatus: rejectWith }),
      });
    },
    now,
    async passDays(more) {
      days += more;
      await control.setClock(id, now());
    },
    passWallMs: world.passWallMs,
    async webhooks() {
      await control.drain(id);
      return receiver.received.map(signed);
    },
    lacks: {},
    async reversed(work) {
      await control.drain(id);
      await control.setFaults(id, { reorderWebhooks: true });
      receiver.answerWith(503);
      await work();
      await control.drain(id);
      const before = receiver.received.length;
      receiver.answerWith(200);
      await control.drain(id);
      return receiver.received.slice(before).map(signed);
    },
    async openDispute(intentId) {
      await control.dispute(id, intentId);
    },
    returnRefund: (refundId) => control.failRefund(id, refundId),
    stop: world.stop,
  };
}
