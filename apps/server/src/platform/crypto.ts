import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { RandomBytes } from './ids.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz';
const TOKEN_CHARACTERS = 40;
const CHECK_CHARACTERS = 6;

/** Where a sealed value lives. It is bound to the place: moved to another tenant or column, it does not open. */
export type SealedPlace = { tenantId: number; column: string };

export type SecretBox = {
  seal(plaintext: string, place: SealedPlace): Buffer;
  /** @throws Error if the value was altered, moved, or sealed with another key */
  open(sealed: Uint8Array, place: SealedPlace): string;
};

/** A key for one purpose, derived from the master key, so that no key serves two ends (HKDF, RFC 5869). */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `billhook/${purpose}`, 32));
}

const associatedData = (place: SealedPlace) => Buffer.from(`${place.tenantId}/${place.column}`);

/** Encrypts what must be read back (AES-256-GCM, NIST SP 800-38D): version, nonce, tag, ciphertext. */
export function createSecretBox(masterKey: Uint8Array): SecretBox {
  const key = deriveKey(masterKey, 'secret-box');
  return {
    seal(plaintext, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(place));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION)
        throw new Error('not a sealed value');
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
        .setAAD(associatedData(place))
        .setAuthTag(tag);
      const body = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}

/** The only form in which a token is stored. Tokens carry over 200 bits, so a fast hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/**
 * A new token: prefix, 40 characters of over 5 bits each, and 6 check characters, so that a mistyped or cut
 * token is told from an unknown one without asking the database.
 */
export function newToken(prefix: string, random: RandomBytes): string {
  let body = '';
  while (body.length < TOKEN_CHARACTERS) {
    for (const byte of random(TOKEN_CHARACTERS)) {
      // Bytes above the largest multiple are thrown away; a remainder would favour the first letters.
      if (byte < 216 && body.length < TOKEN_CHARACTERS) body += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return `${prefix}${body}${checkOf(prefix + body)}`;
}

/** True if the check characters fit. It says nothing about whether the token exists. */
export function isWellFormedToken(prefix: string, token: string): boolean {
  if (!token.startsWith(prefix) || token.length !== prefix.length + TOKEN_CHARACTERS + CHECK_CHARACTERS)
    return false;
  const body = token.slice(0, -CHECK_CHARACTERS);
  return checkOf(body) === token.slice(-CHECK_CHARACTERS);
}

function checkOf(text: string): string {
  const digest = createHash('sha256').update(`billhook token ${text}`).digest();
  let check = '';
  for (let position = 0; position < CHECK_CHARACTERS; position += 1) {
    check += ALPHABET.charAt((digest[position] ?? 0) % ALPHABET.length);
  }
  return check;
}

/** Signs texts for one purpose: HMAC-SHA-256, base64url. */
export function createTextSigner(masterKey: Uint8Array, purpose: string): (text: string) => string {
  const key = deriveKey(masterKey, purpose);
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}

/** Compares two secrets without telling by time where they differ. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(hashToken(left), hashToken(right));
}
