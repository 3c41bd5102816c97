import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PAYPAL_TRIGGERS } from '../paypal/triggers.ts';
import { TEST_KEY, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { TRIGGERS } from './table.ts';

let sandbox: TestSandbox;
let account: string;

beforeAll(async () => {
  sandbox = await testSandbox();
  account = (await sandbox.control.putAccount({ key: TEST_KEY })).id;
});
afterAll(() => sandbox.dispose());

it('every event that the sandbox can send has a trigger', async () => {
  const folder = join(import.meta.dirname, '..');
  const files = await readdir(folder, { recursive: true });
  const sent = new Set<string>();
  for (const file of files) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || /^paypal\//.test(file)) continue;
    const text = await readFile(join(folder, file), 'utf8');
    for (const [, type = ''] of text.matchAll(/\bemit\(\s*'([a-z_.]+)'/g)) sent.add(type);
    for (const [, type = ''] of text.matchAll(
      /'((?:payout|checkout\.session|invoice|customer\.subscription|billing\.meter)\.[a-z_]+)'/g,
    ))
      sent.add(type);
  }
  expect([...sent].filter((type) => !Object.hasOwn(TRIGGERS, type)).sort()).toEqual([]);
});

it('every event that the stand-in for PayPal can send has a trigger, and each trigger is of such an event', async () => {
  const folder = join(import.meta.dirname, '..', 'paypal');
  const sent = new Set<string>();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const text = await readFile(join(folder, file), 'utf8');
    for (const [, type = ''] of text.matchAll(/\bemit\(\s*'([A-Z.-]+)'/g)) sent.add(type);
  }
  expect(Object.keys(PAYPAL_TRIGGERS).sort()).toEqual([...sent].sort());
});

it('takes amount, currency and customer, and refuses what it does not know', async () => {
  const customer = (await sandbox.stripe.customers.create({ name: 'Grace' })).id;
  const { id } = await sandbox.control.trigger(account, 'payment_intent.succeeded', {
    amount: 1_234,
    currency: 'usd',
    customer,
  });
  const event = await sandbox.stripe.events.retrieve(id);
  expect(event.data.object).toMatchObject({ amount: 1_234, currency: 'usd', customer });
  await expect(sandbox.control.trigger(account, 'sun.rises')).rejects.toMatchObject({ status: 404 });
  const log = await sandbox.control.events(account);
  expect(log.at(-1)).toMatchObject({ id, type: 'payment_intent.succeeded', isDelivered: true });
  expect(await sandbox.control.events(account, id)).toEqual([]);
});
