import { counted } from '../kernel/counted.ts';
import { type Block, isBlocked, type Payer } from './block.ts';

/** How many of a kind are one too many; null looks at none of it. */
export interface RiskRules {
  /** Different cards that one customer tries in a day. */
  readonly cardsOfCustomer: number | null;
  /** Different customers who use one card in thirty days. */
  readonly customersOfCard: number | null;
  /** Tries of one customer in an hour. */
  readonly triesOfCustomer: number | null;
  /** Tries from one address in an hour, whoever makes them. */
  readonly triesOfAddress: number | null;
  /** Tries over small amounts from one address or of one customer in an hour: somebody looks which cards live. */
  readonly smallTries: number | null;
  /** Tells staff where the card is of another country than the customer. */
  readonly countryMismatch: boolean;
}

export const DEFAULT_RISK_RULES: RiskRules = {
  cardsOfCustomer: 5,
  customersOfCard: 4,
  triesOfCustomer: 20,
  triesOfAddress: 60,
  smallTries: 10,
  countryMismatch: true,
};

/** Up to how much an amount is small, in minor units. */
export const SMALL_AMOUNT_MINOR = 200n;

/** What happened in the windows of the rules, with this try. */
export interface RecentTries {
  readonly cardsOfCustomer: number;
  readonly customersOfCard: number;
  readonly triesOfCustomer: number;
  readonly triesOfAddress: number;
  readonly smallTries: number;
}

export interface RiskReason {
  readonly code:
    | `block.${Block['kind']}`
    | 'velocity.cards_of_customer'
    | 'velocity.customers_of_card'
    | 'velocity.tries_of_customer'
    | 'velocity.tries_of_address'
    | 'velocity.small_tries'
    | 'country.mismatch';
  /** One sentence for staff. */
  readonly detail: string;
}

/** `refuse`: nothing is sent. `flag`: it goes on, and staff are told. */
export interface RiskDecision {
  readonly verdict: 'allow' | 'flag' | 'refuse';
  readonly reasons: readonly RiskReason[];
}

const COUNTED: readonly {
  readonly rule: keyof RecentTries;
  readonly code: RiskReason['code'];
  readonly says: (count: number) => string;
}[] = [
  {
    rule: 'cardsOfCustomer',
    code: 'velocity.cards_of_customer',
    says: (count) => `The customer tried ${counted(count, 'different card')} in a day.`,
  },
  {
    rule: 'customersOfCard',
    code: 'velocity.customers_of_card',
    says: (count) => `${counted(count, 'customer')} used this card in thirty days.`,
  },
  {
    rule: 'triesOfCustomer',
    code: 'velocity.tries_of_customer',
    says: (count) => `The customer tried ${counted(count, 'time')} in an hour.`,
  },
  {
    rule: 'triesOfAddress',
    code: 'velocity.tries_of_address',
    says: (count) => `${counted(count, 'try', 'tries')} came from this address in an hour.`,
  },
  {
    rule: 'smallTries',
    code: 'velocity.small_tries',
    says: (count) => `${counted(count, 'try', 'tries')} over small amounts came in an hour.`,
  },
];

/**
 * Whether a try at paying goes on. A block always refuses; a rule refuses from the try on that is one more than it
 * allows; a card of another country than the customer is only told.
 */
export function decideRisk(input: {
  readonly payer: Payer;
  readonly blocks: readonly Block[];
  readonly recent: RecentTries;
  readonly rules: RiskRules;
}): RiskDecision {
  const { payer, recent, rules } = input;
  const blocked = input.blocks
    .filter((block) => isBlocked(block, payer))
    .map((block): RiskReason => ({ code: `block.${block.kind}`, detail: blockWords(block) }));
  const counted = COUNTED.flatMap(({ rule, code, says }): RiskReason[] => {
    const most = rules[rule];
    return most !== null && recent[rule] > most ? [{ code, detail: says(recent[rule]) }] : [];
  });
  const told = rules.countryMismatch ? mismatch(payer) : [];
  const reasons = [...blocked, ...counted, ...told];
  if (blocked.length + counted.length > 0) return { verdict: 'refuse', reasons };
  return { verdict: told.length > 0 ? 'flag' : 'allow', reasons };
}

function mismatch({ country, cardCountry }: Payer): RiskReason[] {
  if (country === null || cardCountry === null || country === cardCountry) return [];
  const detail = `The card is of ${cardCountry}, the customer of ${country}.`;
  return [{ code: 'country.mismatch', detail }];
}

const KIND_WORDS: Readonly<Record<Block['kind'], string>> = {
  customer: 'This customer',
  card: 'This card',
  email: 'This mail address',
  email_domain: 'This mail domain',
  country: 'This country',
  ip_range: 'This address',
};

function blockWords({ kind }: Block): string {
  return `${KIND_WORDS[kind]} is on the block list.`;
}
