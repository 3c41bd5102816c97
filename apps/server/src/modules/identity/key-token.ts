import { hashToken, isWellFormedToken, newToken } from '../../platform/crypto.ts';
import type { RandomBytes } from '../../platform/ids.ts';

export type KeyKind = 'secret' | 'publishable';

const PREFIXES = ['sk_test_', 'sk_live_', 'pk_test_', 'pk_live_'] as const;

/** The prefix says what the key opens, so that a person sees at a glance what leaked. */
export function keyPrefix(kind: KeyKind, tenantKind: 'live' | 'sandbox'): string {
  return `${kind === 'secret' ? 'sk' : 'pk'}_${tenantKind === 'live' ? 'live' : 'test'}_`;
}

/** A new key and what is kept of it: prefix, last four characters and SHA-256. */
export function makeKey(kind: KeyKind, tenantKind: 'live' | 'sandbox', random: RandomBytes) {
  const prefix = keyPrefix(kind, tenantKind);
  const token = newToken(prefix, random);
  return { token, prefix, last4: token.slice(-4), hash: hashToken(token) };
}

/** True if the text has the form of one of our keys, check characters included. Says nothing about its rights. */
export function looksLikeKey(text: string): boolean {
  return PREFIXES.some((prefix) => isWellFormedToken(prefix, text));
}

/** True if any part of a text resembles a key: such a text must not be logged or taken from an address. */
export function mentionsKey(text: string): boolean {
  return /(?:sk|pk)_(?:test|live)_[0-9A-Za-z]{8}/.test(text);
}
