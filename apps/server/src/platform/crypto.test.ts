import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createSecretBox,
  createTextSigner,
  deriveKey,
  equalSecrets,
  hashToken,
  isWellFormedToken,
  newToken,
} from './crypto.ts';

const master = randomBytes(32);
const place = { tenantId: 1, column: 'accounts.secret' };

describe('a sealed value', () => {
  const box = createSecretBox(master);

  it('opens in its place, and differs each time it is sealed', () => {
    const sealed = box.seal('sk_live_ü', place);
    expect(box.open(sealed, place)).toBe('sk_live_ü');
    expect(box.seal('sk_live_ü', place).equals(sealed)).toBe(false);
  });

  it('does not open at another tenant, in another column, with another key, or altered', () => {
    const sealed = box.seal('secret', place);
    expect(() => box.open(sealed, { ...place, tenantId: 2 })).toThrow();
    expect(() => box.open(sealed, { ...place, column: 'accounts.other' })).toThrow();
    expect(() => createSecretBox(randomBytes(32)).open(sealed, place)).toThrow();
    for (let position = 0; position < sealed.length; position += 1) {
      const altered = Buffer.from(sealed);
      altered[position] = (altered[position] ?? 0) ^ 1;
      expect(() => box.open(altered, place)).toThrow();
    }
    expect(() => box.open(sealed.subarray(0, 10), place)).toThrow();
  });
});

describe('a token', () => {
  it('is told from a mistyped one without the database', () => {
    const token = newToken('sk_test_', randomBytes);
    expect(isWellFormedToken('sk_test_', token)).toBe(true);
    expect(isWellFormedToken('sk_live_', token)).toBe(false);
    for (let position = 8; position < token.length; position += 1) {
      const other = token[position] === 'A' ? 'B' : 'A';
      expect(
        isWellFormedToken('sk_test_', token.slice(0, position) + other + token.slice(position + 1)),
      ).toBe(false);
    }
  });

  it('never comes twice', () => {
    const tokens = new Set(Array.from({ length: 2_000 }, () => newToken('t_', randomBytes)));
    expect(tokens.size).toBe(2_000);
  });

  it('is stored as SHA-256', () => {
    expect(hashToken('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('keys and signatures', () => {
  it('serve one purpose each', () => {
    expect(deriveKey(master, 'one').equals(deriveKey(master, 'two'))).toBe(false);
    expect(createTextSigner(master, 'one')('text')).not.toBe(createTextSigner(master, 'two')('text'));
    expect(createTextSigner(master, 'one')('text')).toBe(createTextSigner(master, 'one')('text'));
  });

  it('are compared whole', () => {
    expect(equalSecrets('a', 'a')).toBe(true);
    expect(equalSecrets('a', 'ab')).toBe(false);
  });
});
