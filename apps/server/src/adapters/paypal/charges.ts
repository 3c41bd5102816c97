import { addMs, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { OffSessionCharge, PaymentProvider, ProviderIntent } from '../../modules/payments/provider.ts';
import { type PayPalCall, PayPalFault } from './client.ts';
import { customId } from './ids.ts';
import { moneyOf, unreadable } from './money.ts';
import { captureOf, idOf, intentOf } from './objects.ts';
import { text } from './read.ts';
import { searchTransactions } from './transactions.ts';

/**
 * What PayPal says of a buyer or their account: a decline, not a fault. A token that is gone was ended by the buyer on
 * PayPal's site.
 */
const DECLINES: ReadonlySet<string> = new Set([
  'duplicate_transaction',
  'instrument_declined',
  'max_number_of_payment_attempts_exceeded',
  'payer_account_locked_or_closed',
  'payer_account_restricted',
  'payer_cannot_pay',
  'redirect_payer_for_alternate_funding',
  'token_expired',
  'token_id_not_found',
  'transaction_blocked_by_payee',
  'transaction_limit_exceeded',
  'transaction_receiving_limit_exceeded',
  'transaction_refused',
]);

/** How far from the time at which a payment was due its booking is looked for. */
const SEARCH_BEFORE_MS = MS_PER_HOUR;
const SEARCH_SPAN_MS = 30 * MS_PER_DAY;

/** Charges of kept PayPal accounts, and what became of them. */
export function charges(
  call: PayPalCall,
): Pick<PaymentProvider, 'chargeOffSession' | 'retrieveIntent' | 'findIntent'> {
  const retrieve = async (id: string): Promise<ProviderIntent> => {
    const { body } = await call({ method: 'GET', path: `/v2/payments/captures/${encodeURIComponent(id)}` });
    return intentOf(body);
  };
  return {
    async chargeOffSession(charge, key) {
      try {
        const { body } = await call({
          method: 'POST',
          path: '/v2/checkout/orders',
          body: orderBody(charge),
          key,
        });
        const capture = captureOf(body);
        if (capture !== null) return intentOf(capture);
        // The buyer would have to be there. Without our capture nothing can be taken for this order any more.
        if (body.status === 'PAYER_ACTION_REQUIRED') {
          return declined(charge, idOf(body), 'authentication_required', 'PayPal asks the buyer to confirm.');
        }
        throw unreadable('the payment');
      } catch (error) {
        if (error instanceof PayPalFault && error.kind === 'refused' && DECLINES.has(error.code)) {
          return declined(charge, error.debugId ?? charge.attemptId, error.code, error.message);
        }
        throw error;
      }
    },
    retrieveIntent: retrieve,
    // There is no search by our ids but in the list of transactions, which knows a payment after three hours at most.
    async findIntent({ attemptId, since }) {
      const wanted = customId('attempt', attemptId);
      const from = addMs(since, -SEARCH_BEFORE_MS);
      for (let page = 1; ; page += 1) {
        const found = await searchTransactions(call, {
          since: from,
          until: addMs(from, SEARCH_SPAN_MS),
          page,
        });
        for (const info of found.infos) {
          const id = text(info.transaction_id);
          const isPayment = text(info.transaction_event_code)?.startsWith('T00') === true;
          if (id !== null && isPayment && info.custom_field === wanted) return retrieve(id);
        }
        if (page >= found.pages) return null;
      }
    },
  };
}

function orderBody(charge: OffSessionCharge) {
  const reference = customId('attempt', charge.attemptId);
  return {
    intent: 'CAPTURE',
    purchase_units: [
      {
        amount: moneyOf(charge.amountMinor, charge.currency),
        description: charge.description.slice(0, 127) || 'Payment',
        custom_id: reference,
        // PayPal refuses a second payment for the same one: a guard of its own beside the key.
        invoice_id: reference,
      },
    ],
    payment_source: { paypal: { vault_id: charge.providerMethodId } },
  };
}

/** A payment that was not made. It has no id at PayPal, so the number that its support asks for stands in. */
function declined(
  charge: OffSessionCharge,
  reference: string,
  code: string,
  message: string,
): ProviderIntent {
  return {
    id: `declined:${reference}`,
    status: 'failed',
    capturedMinor: 0n,
    feeMinor: 0n,
    currency: charge.currency,
    failureCode: code,
    failureMessage: message,
    attemptId: charge.attemptId,
    methodId: null,
    chargeId: null,
    riskLevel: null,
    outcome: 'declined',
  };
}
