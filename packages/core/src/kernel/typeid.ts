import { invariant } from './invariant.ts';
import { ok, type Result, refuse } from './result.ts';

/**
 * TypeID text: a prefix that says what the id names, an underscore and the 128 bits of a UUID in 26 characters of
 * Crockford's base32 (specification 0.3 of TypeID). The UUID itself is made outside core, which has no randomness.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PREFIX_TEXT = /^[a-z](?:[a-z_]{0,61}[a-z])?$/;
const SUFFIX_TEXT = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/**
 * @param uuid lower-case hyphenated text
 * @throws InvariantError if the prefix or the UUID is malformed
 */
export function encodeTypeId(prefix: string, uuid: string): string {
  invariant(PREFIX_TEXT.test(prefix), 'A TypeID prefix is made of lower-case letters and underscores.');
  invariant(UUID_TEXT.test(uuid), 'A TypeID is made of a lower-case hyphenated UUID.');
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let suffix = '';
  for (let position = 0; position < 26; position += 1) {
    suffix = ALPHABET.charAt(Number(bits & 31n)) + suffix;
    bits >>= 5n;
  }
  return `${prefix}_${suffix}`;
}

/** The UUID inside a TypeID of the expected prefix. Refusals: `id.wrong_type`, `id.malformed`. */
export function decodeTypeId(prefix: string, text: string): Result<string> {
  const split = text.lastIndexOf('_');
  const suffix = text.slice(split + 1);
  if (split < 1 || !SUFFIX_TEXT.test(suffix)) {
    return refuse('id.malformed', `An id of this kind looks like ${prefix}_01h2xcejqtf2nbrexx3vqjhp41.`);
  }
  if (text.slice(0, split) !== prefix) {
    return refuse('id.wrong_type', `The id must begin with ${prefix}_.`, { expected: prefix });
  }
  let bits = 0n;
  for (const letter of suffix) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  return ok(hyphenate(bits.toString(16).padStart(32, '0')));
}

/**
 * Lays a UUIDv7 (RFC 9562) out of its parts.
 *
 * @param epochMs milliseconds since 1970, 48 bits
 * @param randomBytes ten bytes, of which 74 bits are used
 */
export function uuidV7FromParts(epochMs: number, randomBytes: Uint8Array): string {
  invariant(
    Number.isSafeInteger(epochMs) && epochMs >= 0 && epochMs < 2 ** 48,
    'A UUIDv7 holds 48 bits of time.',
  );
  invariant(randomBytes.length === 10, 'A UUIDv7 is filled with ten random bytes.');
  const time = epochMs.toString(16).padStart(12, '0');
  const hex = (index: number) => HEX[randomBytes[index] ?? 0] as string;
  const counter = `${hex(0)}${hex(1).charAt(0)}`;
  const variant = HEX[((randomBytes[2] ?? 0) & 0x3f) | 0x80];
  const rest = `${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${variant}${hex(3)}-${rest}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hyphenate(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
