import { currencyCode, minorDigits } from '@billhook/core/money/currency';

/** An amount as people read it: "12.40 EUR", with a real minus sign. */
export function amountWords(minor: bigint, currency: string): string {
  const digits = minorDigits(currencyCode(currency));
  const negative = minor < 0n;
  const text = (negative ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${negative ? '−' : ''}${whole}${fraction} ${currency}`;
}

/** A day as people plan with it: "Tue 3 Mar 2026", in the customer's zone. */
export function dayWords(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone,
  })
    .format(instant)
    .replace(',', '');
}

const DECLINES: Record<string, string> = {
  insufficient_funds: 'there was not enough money on the card.',
  expired_card: 'the card has expired.',
  incorrect_cvc: 'the security code was not right.',
  authentication_required: 'your bank wants you to confirm the payment.',
  card_declined: 'your bank declined the card.',
  generic_decline: 'your bank declined the card.',
};

/** Why a payment failed, for the person who pays. Unknown codes get the general sentence, never the code. */
export function declineWords(code: string | null): string {
  return DECLINES[code ?? ''] ?? 'your bank declined the card.';
}
