import { parseDecimal12 } from '@billhook/core/kernel/decimal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  consumeCredits,
  creditBalances,
  creditTypeNamed,
  grantCredits,
  spendingGround,
  spendingWords,
} from '../modules/credits/api.ts';
import { createCreditType } from '../modules/credits/commands/set-catalogue.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import { Refusal } from '../platform/refuse.ts';
import { addCustomer, type BillingWorld, createBillingWorld } from '../testing/billing.ts';

const ROUNDS = 1_000;
const SPENDERS = 40;

let world: BillingWorld;

beforeAll(async () => {
  world = await createBillingWorld('2026-04-01T00:00:00Z');
  await world.command((ctx) =>
    createCreditType(ctx, {
      key: 'units',
      name: 'Units',
      unit: 'units',
      currency: null,
      promotionsFirst: false,
      returnDays: null,
      lowAt: null,
    }),
  );
}, 60_000);
afterAll(() => world.close());

function figure(text: string) {
  const parsed = parseDecimal12(text);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.value;
}

test('I28 in a thousand rounds of forty parallel spenders of the last unit, exactly one is served in each', async () => {
  const { id: customerId } = await addCustomer(world, { name: 'Ada' });
  const type = await world.query((ctx) => creditTypeNamed(ctx, 'units'));
  const one = figure('1');
  const rest = { effectiveAt: null, expiresAt: null, featureIds: null, subscriptionId: null };
  const given = { customerId, type, amount: one, priority: 50, reason: 'Round', ...rest };
  const input = { customerId, subscriptionId: null, beyond: 'block' } as const;
  const spending = { kind: 'credits', type, amount: one } as const;
  const spend = (eventId: string) =>
    world.command(async (ctx) => {
      await lockCustomer(ctx, customerId);
      const asked = [{ ...input, eventId, spending }];
      const [answer] = await consumeCredits(
        ctx,
        asked,
        await spendingWords(ctx),
        await spendingGround(ctx, asked),
      );
      if (answer instanceof Refusal) throw answer;
    });
  for (let round = 0; round < ROUNDS; round += 1) {
    await world.command((ctx) => grantCredits(ctx, { ...given, source: 'promotion' }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: SPENDERS }, (_, n) => spend(`${round}-${n}`)),
    );
    const served = outcomes.filter(({ status }) => status === 'fulfilled');
    const refused = outcomes.filter(
      (outcome) =>
        outcome.status === 'rejected' &&
        outcome.reason instanceof Refusal &&
        outcome.reason.code === 'credits.insufficient',
    );
    expect([round, served.length, refused.length]).toEqual([round, 1, SPENDERS - 1]);
  }
  expect(await world.query((ctx) => creditBalances(ctx, customerId))).toEqual([]);
  const [sums] = await world.admin(
    `select sum(amount) filter (where kind = 'granted')::text as granted,
       sum(amount) filter (where kind = 'consumed')::text as consumed from credit_entries`,
  );
  expect([Number(sums?.granted), Number(sums?.consumed)]).toEqual([ROUNDS, ROUNDS]);
}, 900_000);
