import { instant, parseInstant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frozenText } from '../modules/invoicing/api.ts';
import { linesOf } from '../modules/invoicing/queries/read.ts';
import { takeAway } from '../modules/transfer/erasures/take-away.ts';
import { documentsAfter } from '../modules/transfer/exports/customer-documents.ts';
import { factsAfter } from '../modules/transfer/exports/customer-facts.ts';
import {
  addCustomer,
  addPlan,
  type BillingWorld,
  createBillingWorld,
  flatPrice,
  subscribe,
} from '../testing/billing.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

let world: BillingWorld;
/** So many who are alike that they are decided about once, and one with more seats. */
let alike: string[];
let other: string;

type Kept = {
  id: string;
  number: string;
  isWhole: boolean;
  pattern: string | null;
  text: string;
  isSound: boolean;
};

/** Invoices of the renewal, by their numbers. */
const renewals = (customers: readonly string[]) =>
  world.admin(
    `select id, number, canonical is not null as "isWhole", pattern_id as pattern, app.frozen_text(i) as text,
       content_sha256 = sha256(convert_to(app.frozen_text(i), 'UTF8')) as "isSound"
     from invoices i where customer_id = any ($1::uuid[]) and issued_at >= '2026-02-01' order by number`,
    [customers],
  ) as Promise<Kept[]>;

beforeAll(async () => {
  world = await createBillingWorld('2026-01-01T00:00:00Z');
  const perSeat = [{ up_to: null, unit_amount: '49', flat_amount: '0' }];
  const pricing = { model: 'graduated' as const, tiers: perSeat, per: '1' };
  const prices = [flatPrice('0', { quantity: { kind: 'seats' }, pricing })];
  const plan = await addPlan(world, { key: 'team', prices });
  const buyer = async (name: string, quantity: number) => {
    const { id } = await addCustomer(world, { name, country: 'DE', email: `${quantity}@example.com` });
    await subscribe(world, id, plan, { quantity });
    return id;
  };
  const names = ['Ann "A" \\ Ö', 'Çelik\n', ...Array.from({ length: 10 }, (_, index) => `Bert ${index}`)];
  alike = [];
  for (const name of names) alike.push(await buyer(name, 2));
  other = await buyer('Dora', 5);
  await world.billUntil('2026-02-02T00:00:00Z');
}, 60_000);
afterAll(() => world.close());

test('I642 documents of one kind share a pattern and hold what is their own; one that is like no other is kept whole', async () => {
  const kept = await renewals(alike);
  expect(kept.map(({ isWhole, isSound }) => ({ isWhole, isSound }))).toEqual(
    alike.map(() => ({ isWhole: false, isSound: true })),
  );
  expect(new Set(kept.map(({ pattern }) => pattern)).size).toBe(1);
  expect(await renewals([other])).toMatchObject([{ isWhole: true, pattern: null, isSound: true }]);
});

test('I642 whoever reads a document gets the text that was hashed, however it is kept', async () => {
  for (const customer of [...alike, other]) {
    const [kept] = (await renewals([customer])) as [Kept];
    const { name } = (await world.admin('select name from customers where id = $1', [customer]))[0] as {
      name: string;
    };
    const frozen = JSON.parse(kept.text);
    expect(frozen).toMatchObject({
      id: kept.id,
      number: kept.number,
      customer_id: customer,
      buyer: { name },
    });
    await world.query(async (ctx) => {
      expect(await frozenText(ctx, kept.id)).toBe(kept.text);
      const [line] = await linesOf(ctx, [kept.id]);
      expect(line?.explanation).toEqual(frozen.lines[0].explanation);
      const documents = await documentsAfter(ctx, 'invoices', customer, FIRST_ID, 10);
      expect(documents.find(({ id }) => id === kept.id)?.canonical).toBe(kept.text);
      const facts = await factsAfter(ctx, 'invoices', { id: customer, typeId: '' }, '', 10);
      for (const { fact } of facts)
        expect(Object.keys(fact as object).filter((key) => /pattern|canonical/.test(key))).toEqual([]);
    });
  }
});

test.each([
  "update document_patterns set parts[1] = 'forged'",
  'delete from document_patterns',
  'truncate document_patterns',
])('I642 nobody changes or removes a pattern: %s', async (change) => {
  await expect(world.admin(change)).rejects.toThrow('the pattern of frozen documents is never changed');
});

test('I642 a document whose pattern is lost is no document without words', async () => {
  const [kept] = (await renewals(alike)) as [Kept];
  await world.admin('begin');
  await world.admin('alter table document_patterns disable trigger document_patterns_stay');
  await world.admin('delete from document_patterns where id = $1', [kept.pattern]);
  await expect(renewals(alike)).rejects.toThrow('of a frozen document is not there');
  await world.admin('rollback');
});

test('I642 what a server of before takes away of a document that it cannot read is not taken away', async () => {
  const [gone] = alike;
  await world.admin('update customers set erased_at = now() where id = $1', [gone]);
  await expect(
    world.admin(
      'update invoices set canonical = null, taken_away_at = now() where customer_id = $1 and pattern_id is not null',
      [gone],
    ),
  ).rejects.toThrow('invoices_frozen');
  await world.admin('update customers set erased_at = null where id = $1', [gone]);
});

test.each(['canonical = $2', 'pattern_id = null', 'pattern_names = null', 'pattern_buyer = null'])(
  'I642 a frozen document is not changed, and never kept in two ways or half: %s',
  async (change) => {
    const [kept] = (await renewals(alike)) as [Kept];
    const values = change.includes('$2') ? [kept.id, kept.text] : [kept.id];
    const attempt = () => world.admin(`update invoices set ${change} where id = $1`, values);
    await expect(attempt()).rejects.toThrow('never changed');
    await world.admin(`update customers set erased_at = now() where id = $1`, [alike[0]]);
    const taken = () =>
      world.admin(`update invoices set taken_away_at = now(), ${change} where id = $1`, values);
    await expect(taken()).rejects.toThrow('invoices_frozen');
    await world.admin(`update customers set erased_at = null where id = $1`, [alike[0]]);
  },
);

test('I642 what is taken away of one document stays in the others of its kind', async () => {
  const [gone, ...rest] = alike as [string, ...string[]];
  const others = await renewals(rest);
  await world.admin(`update customers set erased_at = now() where id = $1`, [gone]);
  const before = parseInstant('2027-01-01T00:00:00Z');
  const until = before.ok ? before.value : instant(0);
  expect(await world.command((ctx) => takeAway(ctx, gone, until))).toBeGreaterThan(0);
  const [kept] = (await renewals([gone])) as [Kept];
  expect(kept).toMatchObject({ isWhole: true, pattern: null });
  expect(JSON.parse(kept.text)).toMatchObject({ number: kept.number, buyer: { name: 'Erased customer' } });
  expect(kept.text).not.toContain('Ann');
  expect(await renewals(rest)).toEqual(others);
});
