import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInRange, readAddress, readAddressRange, writeAddressRange } from './address-range.ts';
import { type Block, type BlockKind, isBlocked, type Payer, readBlockValue } from './block.ts';
import { DEFAULT_RISK_RULES, decideRisk, type RecentTries } from './decide-risk.ts';

const CUSTOMER = '0190b0a0-0000-7000-8000-000000000001';
const MARK = 'ab'.repeat(32);
const payer: Payer = {
  customerId: CUSTOMER,
  email: 'Eve@Mail.Example.com',
  country: 'DE',
  address: '::ffff:203.0.113.9',
  cardMark: MARK,
  cardCountry: 'DE',
};
const NONE: RecentTries = {
  cardsOfCustomer: 0,
  customersOfCard: 0,
  triesOfCustomer: 0,
  triesOfAddress: 0,
  smallTries: 0,
};
const block = (kind: BlockKind, text: string): Block => {
  const value = readBlockValue(kind, text);
  if (!value.ok) throw new Error(value.refusal.detail);
  return { kind, value: value.value };
};
const decide = (blocks: readonly Block[], recent: Partial<RecentTries> = {}, who: Partial<Payer> = {}) =>
  decideRisk({
    payer: { ...payer, ...who },
    blocks,
    recent: { ...NONE, ...recent },
    rules: DEFAULT_RISK_RULES,
  });

test.each<[BlockKind, string]>([
  ['customer', CUSTOMER.toUpperCase()],
  ['card', MARK.toUpperCase()],
  ['email', ' eve@mail.example.COM '],
  ['email_domain', '@example.com'],
  ['email_domain', 'mail.example.com'],
  ['country', 'de'],
  ['ip_range', '203.0.113.0/24'],
  ['ip_range', '::ffff:203.0.113.0/120'],
  ['ip_range', '203.0.113.9'],
])('I293 who is on the block list is refused, whatever the spelling: %s %s', (kind, text) => {
  const decision = decide([block(kind, text)]);
  expect(decision).toMatchObject({ verdict: 'refuse', reasons: [{ code: `block.${kind}` }] });
});

test('I293 a block is about nobody else', () => {
  const others: Block[] = [
    block('email', 'eve@example.com'),
    block('email_domain', 'ample.com'),
    block('country', 'FR'),
    block('ip_range', '203.0.112.0/24'),
    block('ip_range', '2001:db8::/32'),
    block('card', 'cd'.repeat(32)),
  ];
  expect(decide(others)).toEqual({ verdict: 'allow', reasons: [] });
  for (const one of others)
    expect(
      isBlocked(one, {
        ...payer,
        email: null,
        country: null,
        address: null,
        cardMark: null,
        cardCountry: null,
      }),
    ).toBe(false);
});

test.each<[BlockKind, string]>([
  ['customer', 'acme'],
  ['card', '4242424242424242'],
  ['email', 'eve'],
  ['email_domain', 'com'],
  ['email_domain', 'a..b'],
  ['country', 'DEU'],
  ['ip_range', '0.0.0.0/0'],
  ['ip_range', '10.0.0.0/33'],
  ['ip_range', '010.0.0.1'],
  ['ip_range', '1.2.3'],
  ['ip_range', '1::2::3'],
  ['ip_range', '::/1'],
  ['ip_range', '1.2.3.4/2/3'],
])('a block of what is no %s is refused: %s', (kind, text) => {
  expect(readBlockValue(kind, text).ok).toBe(false);
});

test('a range holds its own addresses and no others, and has one spelling', () => {
  const width = fc.constantFrom(32 as const, 128 as const);
  fc.assert(
    fc.property(
      width,
      fc.bigInt(0n, 2n ** 128n - 1n),
      fc.nat(128),
      fc.bigInt(0n, 2n ** 128n - 1n),
      (size, seed, length, other) => {
        const top = 2n ** BigInt(size);
        const prefix = length % (size + 1);
        const text = writeAddressRange({ bits: seed % top, width: size, prefix });
        const range = readAddressRange(text);
        if (range === null) throw new Error(`${text} is not read`);
        // What the old kind is inside of the new is read as the old.
        if (range.width !== size) return;
        expect(writeAddressRange(range)).toBe(
          writeAddressRange(readAddressRange(writeAddressRange(range)) ?? range),
        );
        const free = BigInt(size - prefix);
        const inside = (seed % top) >> free === (other % top) >> free;
        expect(isInRange({ bits: other % top, width: size }, range)).toBe(inside);
      },
    ),
  );
  expect(readAddress('2001:DB8::1')).toEqual(readAddress('2001:db8:0:0:0:0:0:1'));
  expect(readAddress('64:ff9b::192.0.2.1')).toEqual({
    bits: 0x0064ff9b0000000000000000c0000201n,
    width: 128,
  });
});

test('I294 one more than a rule allows is refused, and more of anything never makes a try pass', () => {
  const counts = fc.record({
    cardsOfCustomer: fc.nat(100),
    customersOfCard: fc.nat(100),
    triesOfCustomer: fc.nat(100),
    triesOfAddress: fc.nat(100),
    smallTries: fc.nat(100),
  });
  fc.assert(
    fc.property(counts, counts, (recent, more) => {
      const sum = Object.fromEntries(
        Object.entries(recent).map(([name, count]) => [name, count + more[name as keyof RecentTries]]),
      ) as unknown as RecentTries;
      const [before, after] = [decide([], recent), decide([], sum)];
      const over = Object.entries(recent).some(
        ([name, count]) => count > (DEFAULT_RISK_RULES[name as keyof RecentTries] ?? 1e9),
      );
      expect(before.verdict).toBe(over ? 'refuse' : 'allow');
      if (before.verdict === 'refuse') expect(after.verdict).toBe('refuse');
    }),
  );
});

test('I294 each rule says why, a rule that is off says nothing, and a foreign card is only told', () => {
  expect(decide([], { cardsOfCustomer: 6, smallTries: 11 }).reasons.map(({ code }) => code)).toEqual([
    'velocity.cards_of_customer',
    'velocity.small_tries',
  ]);
  const off = {
    cardsOfCustomer: null,
    customersOfCard: null,
    triesOfCustomer: null,
    triesOfAddress: null,
    smallTries: null,
    countryMismatch: false,
  };
  const many = {
    cardsOfCustomer: 999,
    customersOfCard: 999,
    triesOfCustomer: 999,
    triesOfAddress: 999,
    smallTries: 999,
  };
  expect(
    decideRisk({ payer: { ...payer, cardCountry: 'US' }, blocks: [], recent: many, rules: off }).verdict,
  ).toBe('allow');
  expect(decide([], {}, { cardCountry: 'US' })).toEqual({
    verdict: 'flag',
    reasons: [{ code: 'country.mismatch', detail: 'The card is of US, the customer of DE.' }],
  });
});
