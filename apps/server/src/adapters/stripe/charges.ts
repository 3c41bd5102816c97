import type Stripe from 'stripe';
import type { PaymentProvider } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';
import { INTENT_EXPAND, intentOf } from './objects.ts';

/** Charges of kept methods, and what became of them. */
export function charges(
  call: Call,
): Pick<PaymentProvider, 'chargeOffSession' | 'retrieveIntent' | 'findIntent'> {
  return {
    chargeOffSession: (charge, key) =>
      call(async (stripe) => {
        try {
          return intentOf(
            await stripe.paymentIntents.create(
              {
                amount: Number(charge.amountMinor),
                currency: charge.currency.toLowerCase(),
                customer: charge.providerCustomerId,
                payment_method: charge.providerMethodId,
                confirm: true,
                off_session: true,
                description: charge.description,
                metadata: { attempt_id: charge.attemptId },
                expand: INTENT_EXPAND,
              },
              { idempotencyKey: key },
            ),
          );
        } catch (error) {
          const declined = declinedIntent(error);
          if (declined === null) throw error;
          return intentOf(await withCharge(stripe, declined));
        }
      }),
    retrieveIntent: (id) =>
      call(async (stripe) => intentOf(await stripe.paymentIntents.retrieve(id, { expand: INTENT_EXPAND }))),
    findIntent: ({ providerCustomerId, attemptId }) =>
      call(async (stripe) => {
        const page = stripe.paymentIntents.list({ customer: providerCustomerId, limit: 100 });
        for await (const intent of page) {
          if (intent.metadata.attempt_id !== attemptId) continue;
          return intentOf(await stripe.paymentIntents.retrieve(intent.id, { expand: INTENT_EXPAND }));
        }
        return null;
      }),
  };
}

/**
 * The error of a decline names its charge, and only the charge says how risky it looked and who refused it. The decline
 * stands without that, too.
 */
async function withCharge(stripe: Stripe, declined: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
  try {
    return await stripe.paymentIntents.retrieve(declined.id, { expand: INTENT_EXPAND });
  } catch {
    return declined;
  }
}

/** A decline is an answer: the SDK throws it, with the payment as it stands. */
function declinedIntent(error: unknown): Stripe.PaymentIntent | null {
  const { type, payment_intent: intent } = error as Partial<Stripe.errors.StripeCardError>;
  return type === 'StripeCardError' && intent !== undefined ? intent : null;
}
