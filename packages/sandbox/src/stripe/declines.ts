/** Why a card was refused, in the words that Stripe's API uses. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  readonly message: string;
}

const OWN_CODES: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  expired_card: { code: 'expired_card', message: 'Your card has expired.' },
  incorrect_cvc: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  processing_error: {
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
  authentication_required: {
    code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
  insufficient_funds: { code: 'card_declined', message: 'Your card has insufficient funds.' },
};

/** The decline of a decline code, see https://docs.stripe.com/declines/codes. */
export function declineOf(declineCode: string): Decline {
  const own = OWN_CODES[declineCode];
  return {
    code: own?.code ?? 'card_declined',
    declineCode,
    message: own?.message ?? 'Your card was declined.',
  };
}
