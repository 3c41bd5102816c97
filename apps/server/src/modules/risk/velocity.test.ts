import type { RiskDecision, RiskRules } from '@billhook/core/risk/decide-risk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addCustomer, type BillingWorld, createBillingWorld } from '../../testing/billing.ts';
import { noteTry } from './api.ts';
import { type NewTry, saveRules } from './repo.ts';

const OFF: RiskRules = {
  cardsOfCustomer: null,
  customersOfCard: null,
  triesOfCustomer: null,
  triesOfAddress: null,
  smallTries: null,
  countryMismatch: false,
};
const HERE = '203.0.113.7';
const ELSEWHERE = '203.0.113.8';
const CARD = 'c'.repeat(64);
const OTHER_CARD = 'd'.repeat(64);

let world: BillingWorld;
let ada: string;
let bob: string;
let cleo: string;
let dan: string;

beforeAll(async () => {
  world = await createBillingWorld('2026-03-01T00:00:00Z');
  const ids: string[] = [];
  for (const name of ['Ada', 'Bob', 'Cleo', 'Dan'])
    ids.push((await addCustomer(world, { name, email: `${name.toLowerCase()}@example.com` })).id);
  [ada = '', bob = '', cleo = '', dan = ''] = ids;
});
beforeEach(() => world.admin('delete from payment_tries'));
afterAll(() => world.close());

/** This rule alone holds, and allows three. */
const onlyRule = (rule: keyof RiskRules) => world.command((ctx) => saveRules(ctx, { ...OFF, [rule]: 3 }));

const tryOf = (customerId: string, more: Partial<NewTry> = {}): Promise<RiskDecision> =>
  world.command((ctx) =>
    noteTry(ctx, {
      kind: 'page',
      address: null,
      cardMark: null,
      cardCountry: null,
      amountMinor: null,
      currency: 'EUR',
      customerId,
      ...more,
    }),
  );

async function expectAllowed(tries: readonly (() => Promise<RiskDecision>)[]): Promise<void> {
  for (const [index, one] of tries.entries())
    expect(await one(), `try ${index + 1}`).toEqual({ verdict: 'allow', reasons: [] });
}

const refusal = (code: string) => ({ verdict: 'refuse', reasons: [expect.objectContaining({ code })] });

/** As if all tries so far had been made so much earlier. */
const age = (interval: string) => world.admin(`update payment_tries set at = at - $1::interval`, [interval]);

test('I294 three customers use one card, and the fourth is refused until thirty days have gone by', async () => {
  await onlyRule('customersOfCard');
  const withCard = (customer: string) => () => tryOf(customer, { kind: 'method', cardMark: CARD });
  await expectAllowed([withCard(ada), withCard(ada), withCard(bob), withCard(cleo), withCard(ada)]);
  // Another card, and a page that is asked for without one, are no use of this card.
  await expectAllowed([() => tryOf(dan, { cardMark: OTHER_CARD }), () => tryOf(dan)]);
  expect(await withCard(dan)()).toEqual(refusal('velocity.customers_of_card'));
  await age('29 days 23 hours');
  expect(await withCard(dan)()).toEqual(refusal('velocity.customers_of_card'));
  await age('30 days');
  await expectAllowed([withCard(dan)]);
});

test('I294 the fourth try of a customer within an hour is refused, whatever it is, and nobody else’s', async () => {
  await onlyRule('triesOfCustomer');
  await expectAllowed([
    () => tryOf(ada, { address: HERE }),
    () => tryOf(ada, { kind: 'method', cardMark: CARD, address: ELSEWHERE }),
    () => tryOf(ada, { amountMinor: 90_000n }),
    () => tryOf(bob, { address: HERE, cardMark: CARD }),
  ]);
  expect(await tryOf(ada)).toEqual(refusal('velocity.tries_of_customer'));
  await age('59 minutes');
  expect(await tryOf(ada)).toEqual(refusal('velocity.tries_of_customer'));
  await age('1 hour');
  await expectAllowed([() => tryOf(ada)]);
});

test('I294 the fourth try from an address within an hour is refused, whoever makes it; no address is no address', async () => {
  await onlyRule('triesOfAddress');
  const from = (customer: string, address: string | null) => () => tryOf(customer, { address });
  await expectAllowed([from(ada, HERE), from(bob, HERE), from(cleo, HERE)]);
  await expectAllowed([from(dan, ELSEWHERE)]);
  // A seller's own server asks for many customers, and has no address.
  await expectAllowed(Array.from({ length: 5 }, () => from(ada, null)));
  expect(await from(dan, HERE)()).toEqual(refusal('velocity.tries_of_address'));
  await age('59 minutes');
  expect(await from(bob, HERE)()).toEqual(refusal('velocity.tries_of_address'));
  await age('1 hour');
  await expectAllowed([from(dan, HERE)]);
});

test('I294 the fourth small amount of a customer or from an address within an hour is refused, and larger ones are not counted', async () => {
  await onlyRule('smallTries');
  const small =
    (customerId: string, address: string | null, amountMinor: bigint | null = 200n) =>
    () =>
      tryOf(customerId, { address, amountMinor });
  await expectAllowed([
    small(ada, HERE),
    small(ada, ELSEWHERE, 1n),
    // By its address: somebody goes through cards under many names.
    small(bob, HERE, 200n),
    // What is larger, free, or without an amount is no small one.
    ...[201n, 0n, null].map((amount) => small(ada, HERE, amount)),
  ]);
  expect(await small(ada, HERE)()).toEqual(refusal('velocity.small_tries'));
  // Who comes from the same address meets the same limit; who comes from elsewhere does not.
  expect(await small(cleo, HERE)()).toEqual(refusal('velocity.small_tries'));
  await expectAllowed([small(cleo, '203.0.113.99'), small(dan, null)]);
  await age('59 minutes');
  expect(await small(ada, HERE)()).toEqual(refusal('velocity.small_tries'));
  await age('1 hour');
  await expectAllowed([small(ada, HERE)]);
});
