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
  let suffix = '';
  // 26 characters hold two bits more than a UUID has, and those come first.
  let bits = 0;
  let count = 2;
  for (let at = 0; at < uuid.length; at += 1) {
    const unit = uuid.charCodeAt(at);
    if (unit === HYPHEN) continue;
    bits = ((bits << 4) | (unit < LETTER_A ? unit - DIGIT_0 : unit - LETTER_A + 10)) & 0xff;
    count += 4;
    if (count < 5) continue;
    count -= 5;
    suffix += ALPHABET[(bits >> count) & 31];
  }
  return `${prefix}_${suffix}`;
}

const HYPHEN = 45;
const DIGIT_0 = 48;
const LETTER_A = 97;
/** What a character of the alphabet stands for, by its code unit. Numbers are read many times as fast as a bigint. */
const VALUES = Uint8Array.from({ length: 123 }, (_, unit) =>
  Math.max(0, ALPHABET.indexOf(String.fromCharCode(unit))),
);

/** The 32 hexadecimal digits of a suffix. */
function hexOf(suffix: string): string {
  let hex = '';
  let bits = 0;
  let count = -2;
  for (let at = 0; at < suffix.length; at += 1) {
    bits = ((bits << 5) | (VALUES[suffix.charCodeAt(at)] ?? 0)) & 0x1ff;
    count += 5;
    while (count >= 4) {
      count -= 4;
      hex += DIGITS[(bits >> count) & 15];
    }
  }
  return hex;
}

const DIGITS = '0123456789abcdef';

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
  return ok(hyphenate(hexOf(suffix)));
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
  const high = Math.floor(epochMs / 2 ** 24);
  const low = epochMs - high * 2 ** 24;
  const hex = (index: number) => HEX[randomBytes[index] ?? 0] as string;
  const first = `${HEX[high >>> 16]}${HEX[(high >>> 8) & 0xff]}${HEX[high & 0xff]}${HEX[low >>> 16]}`;
  const second = `${HEX[(low >>> 8) & 0xff]}${HEX[low & 0xff]}`;
  const counter = `${hex(0)}${hex(1).charAt(0)}`;
  const variant = HEX[((randomBytes[2] ?? 0) & 0x3f) | 0x80];
  const rest = `${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
  return `${first}-${second}-7${counter}-${variant}${hex(3)}-${rest}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hyphenate(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
