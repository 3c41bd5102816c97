import { ok, type Result, refuse } from '../kernel/result.ts';
import { isInRange, readAddress, readAddressRange, writeAddressRange } from './address-range.ts';

export const BLOCK_KINDS = ['customer', 'card', 'email', 'email_domain', 'country', 'ip_range'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** Something that no payment is taken from. `value` is in the spelling that {@link readBlockValue} gives. */
export interface Block {
  readonly kind: BlockKind;
  readonly value: string;
}

/** What a try at paying shows of itself; what is not known is null. */
export interface Payer {
  readonly customerId: string;
  readonly email: string | null;
  /** Of the customer's address, as ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** Where the request came from. */
  readonly address: string | null;
  /** Our keyed hash of the provider's fingerprint; never a number. */
  readonly cardMark: string | null;
  readonly cardCountry: string | null;
}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const MARK = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The one spelling of what is blocked. Refusals: `block.value` with what is wrong. A range that holds more than a
 * sixteenth of all addresses is refused: it would be a mistake of typing.
 */
export function readBlockValue(kind: BlockKind, text: string): Result<string> {
  const plain = text.trim();
  const lower = plain.toLowerCase();
  switch (kind) {
    case 'customer':
      return UUID.test(lower) ? ok(lower) : wrong('This is no customer.');
    case 'card':
      return MARK.test(lower) ? ok(lower) : wrong('This is no mark of a card.');
    case 'email':
      return EMAIL.test(lower) ? ok(lower) : wrong('This is no mail address.');
    case 'email_domain': {
      const domain = lower.replace(/^@/, '');
      return DOMAIN.test(domain) ? ok(domain) : wrong('This is no domain, such as example.com.');
    }
    case 'country':
      return /^[a-z]{2}$/.test(lower) ? ok(lower.toUpperCase()) : wrong('This is no country, such as DE.');
    case 'ip_range': {
      const range = readAddressRange(plain);
      if (range === null) return wrong('This is no range, such as 192.0.2.0/24.');
      return range.prefix < 4 ? wrong('This range is too wide.') : ok(writeAddressRange(range));
    }
  }
}

/** Whether a block is about this payer. A domain covers those below it. */
export function isBlocked(block: Block, payer: Payer): boolean {
  const email = payer.email?.trim().toLowerCase() ?? '';
  switch (block.kind) {
    case 'customer':
      return payer.customerId === block.value;
    case 'card':
      return payer.cardMark === block.value;
    case 'email':
      return email === block.value;
    case 'email_domain': {
      const domain = email.slice(email.lastIndexOf('@') + 1);
      return email.includes('@') && (domain === block.value || domain.endsWith(`.${block.value}`));
    }
    case 'country':
      return [payer.country, payer.cardCountry].some((country) => country?.toUpperCase() === block.value);
    case 'ip_range': {
      const address = payer.address === null ? null : readAddress(payer.address);
      const range = readAddressRange(block.value);
      return address !== null && range !== null && isInRange(address, range);
    }
  }
}

function wrong(detail: string): Result<never> {
  return refuse('block.value', detail);
}
