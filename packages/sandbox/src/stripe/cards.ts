import { createHash } from 'node:crypto';
import type { Card } from '../state/records.ts';

/** How a test card acts; `declined:<code>` is refused wherever it is used. */
export type Behaviour =
  | 'succeeds'
  | 'declined_after_attaching'
  | 'authenticates_once'
  | 'authenticates_always'
  /** Asks only while the customer is there. */
  | 'authenticates_present'
  | 'blocked'
  | 'refund_fails'
  | 'refund_pending'
  | `authenticates_then:${string}`
  | `declined:${string}`
  | `disputes:${string}`
  | `inquires:${string}`
  | `risk:${string}`;

/** A card that exists only for testing, from Stripe's public list of test cards. */
export interface TestCard {
  readonly number: string;
  readonly brand: string;
  readonly funding: string;
  readonly country: string;
  readonly behaviour: Behaviour;
  /** Names behind `pm_card_` and `tok_`. */
  readonly names: readonly string[];
}

function card(
  number: string,
  names: readonly string[],
  behaviour: Behaviour = 'succeeds',
  more: { readonly brand?: string; readonly funding?: string; readonly country?: string } = {},
): TestCard {
  const { brand = 'visa', funding = 'credit', country = 'US' } = more;
  return { number, names, behaviour, brand, funding, country };
}

/** Every card that the sandbox accepts. A number outside this list is never stored in any form. */
export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', ['visa']),
  card('4000056655665556', ['visa_debit'], 'succeeds', { funding: 'debit' }),
  card('5555555555554444', ['mastercard'], 'succeeds', { brand: 'mastercard' }),
  card('5200828282828210', ['mastercard_debit'], 'succeeds', { brand: 'mastercard', funding: 'debit' }),
  card('5105105105105100', ['mastercard_prepaid'], 'succeeds', { brand: 'mastercard', funding: 'prepaid' }),
  card('378282246310005', ['amex'], 'succeeds', { brand: 'amex' }),
  card('6011111111111117', ['discover'], 'succeeds', { brand: 'discover' }),
  card('3056930009020004', ['diners'], 'succeeds', { brand: 'diners' }),
  card('3566002020360505', ['jcb'], 'succeeds', { brand: 'jcb' }),
  card('6200000000000005', ['unionpay'], 'succeeds', { brand: 'unionpay' }),
  card('4000002760000016', ['de'], 'succeeds', { country: 'DE' }),
  card('4000002500000003', ['fr'], 'succeeds', { country: 'FR' }),
  card('4000005280000002', ['nl'], 'succeeds', { country: 'NL' }),
  card('4000008260000000', ['gb'], 'succeeds', { country: 'GB' }),
  card('4000000000000077', ['bypassPending']),
  card('4000000000000341', ['chargeCustomerFail'], 'declined_after_attaching'),
  card('4000000000000002', ['chargeDeclined', 'visa_chargeDeclined'], 'declined:generic_decline'),
  card(
    '4000000000009995',
    ['chargeDeclinedInsufficientFunds', 'visa_chargeDeclinedInsufficientFunds'],
    'declined:insufficient_funds',
  ),
  card('4000000000009987', ['chargeDeclinedLostCard', 'visa_chargeDeclinedLostCard'], 'declined:lost_card'),
  card(
    '4000000000009979',
    ['chargeDeclinedStolenCard', 'visa_chargeDeclinedStolenCard'],
    'declined:stolen_card',
  ),
  card('4000000000000069', ['chargeDeclinedExpiredCard'], 'declined:expired_card'),
  card('4000000000000127', ['chargeDeclinedIncorrectCvc'], 'declined:incorrect_cvc'),
  card('4000000000000119', ['chargeDeclinedProcessingError'], 'declined:processing_error'),
  card('4000002500003155', ['authenticationRequiredOnSetup'], 'authenticates_once', { country: 'FR' }),
  card('4000002760003184', ['authenticationRequired'], 'authenticates_always', { country: 'DE' }),
  card('4000000000003220', ['threeDSecure2Required'], 'authenticates_always'),
  card('4000000000003055', ['threeDSecureOptional']),
  card(
    '4000008260003178',
    ['authenticationRequiredChargeDeclinedInsufficientFunds'],
    'authenticates_then:insufficient_funds',
    { country: 'GB' },
  ),
  card('4000008400001629', ['threeDSecureRequiredChargeDeclined'], 'authenticates_then:generic_decline'),
  card('4000003800000446', ['authenticationRequiredSetupForOffSession'], 'authenticates_present'),
  card('4000000000000259', ['createDispute'], 'disputes:fraudulent'),
  card('4000000000002685', ['createDisputeProductNotReceived'], 'disputes:product_not_received'),
  card('4000000000001976', ['createDisputeInquiry'], 'inquires:general'),
  card('4000000000005126', ['refundFail'], 'refund_fails'),
  card('4000000000007726', ['pendingRefund'], 'refund_pending'),
  card('4100000000000019', ['radarBlock'], 'blocked'),
  card('4000000000004954', ['riskLevelHighest'], 'risk:highest'),
  card('4000000000009235', ['riskLevelElevated'], 'risk:elevated'),
];

const BY_NUMBER = new Map(TEST_CARDS.map((test) => [test.number, test]));
const BY_NAME = new Map(TEST_CARDS.flatMap((test) => test.names.map((name) => [name, test] as const)));

/** Years that a card made from a token stays valid, counted on the account's clock. */
const TOKEN_CARD_YEARS = 5;

/** The test card with this number (digits only). */
export function cardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number);
}

/** Wallets by the end of a token: `pm_card_visa_applePay`. These names are our own. */
const WALLETS: Readonly<Record<string, NonNullable<Card['wallet']>>> = {
  _applePay: 'apple_pay',
  _googlePay: 'google_pay',
  _link: 'link',
};

const EXPIRES_SOON = '_expiresSoon';

/** The test card of a token such as `pm_card_visa` or `tok_visa`. */
export function cardByToken(token: string): TestCard | undefined {
  return BY_NAME.get(
    token.replace(/^(pm_card|tok)_/, '').replace(/_(applePay|googlePay|link|expiresSoon)$/, ''),
  );
}

/** What is kept of a card that was made from a token, which may name a wallet or a near expiry. */
export function cardOfToken(test: TestCard, token: string, nowMs: number): Card {
  const wallet = Object.entries(WALLETS).find(([end]) => token.endsWith(end))?.[1];
  const expiry = token.endsWith(EXPIRES_SOON) ? nextMonth(nowMs) : tokenExpiry(nowMs);
  return { ...rememberCard(test, expiry, null), ...(wallet === undefined ? {} : { wallet }) };
}

function nextMonth(nowMs: number): { month: number; year: number } {
  const now = new Date(nowMs);
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  return { month: next.getUTCMonth() + 1, year: next.getUTCFullYear() };
}

/** What is kept of a card. */
export function rememberCard(
  test: TestCard,
  expiry: { readonly month: number; readonly year: number },
  cvcCheck: Card['cvcCheck'],
): Card {
  const fingerprint = createHash('sha256')
    .update(`test card ${test.number}`)
    .digest('base64url')
    .slice(0, 16);
  return {
    brand: test.brand,
    last4: test.number.slice(-4),
    expMonth: expiry.month,
    expYear: expiry.year,
    fingerprint: fingerprint.replaceAll(/[-_]/g, 'x'),
    funding: test.funding,
    country: test.country,
    behaviour: test.behaviour,
    cvcCheck,
  };
}

/** Expiry of a card made from a token. */
export function tokenExpiry(nowMs: number): { month: number; year: number } {
  const now = new Date(nowMs);
  return { month: now.getUTCMonth() + 1, year: now.getUTCFullYear() + TOKEN_CARD_YEARS };
}

/** True once the month that is printed on the card has passed. */
export function isExpired(
  card: { readonly expMonth: number; readonly expYear: number },
  nowMs: number,
): boolean {
  return nowMs >= Date.UTC(card.expYear, card.expMonth, 1);
}
