import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { controlClient } from '../../control-client.ts';
import { customerWithCard, stripeClient, testSandbox } from '../../testing/sandbox.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const KEY = 'sk_test_cold';

/** Starts the sandbox as a program of its own, which has loaded nothing of billing before. */
async function startProgram(folder: string) {
  const args = [MAIN, '--folder', folder, '--port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('Stripe API')) url = line.split(/\s+/).at(-1) ?? '';
    if (line.startsWith('Control API')) break;
  }
  const token = (await readFile(join(folder, 'control-token'), 'utf8')).trim();
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { url, control: controlClient(url, token), stop };
}

it('renews after a restart, although nobody asks for anything of billing', async () => {
  const first = await testSandbox();
  const { id: account } = await first.control.putAccount({ key: KEY });
  const start = Date.UTC(2027, 0, 1);
  await first.control.setClock(account, start);
  const stripe = stripeClient(first.stripeUrl, KEY);
  const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
  const price = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 1_000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  });
  const items = [{ price: price.id }];
  await stripe.subscriptions.create({ customer, items, default_payment_method: method });
  await first.stop();
  const second = await startProgram(first.folder);
  try {
    await second.control.setClock(account, Date.UTC(2027, 2, 2));
    const client = stripeClient(second.url, KEY);
    const charges = await client.charges.list({ customer, expand: ['data.customer.subscriptions'] });
    expect(charges.data.map(({ amount, paid }) => [amount, paid])).toEqual(Array(3).fill([1_000, true]));
    const all = await client.invoices.list({ customer });
    expect(all.data.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
    const nothing = stripeClient(second.url, 'sk_test_nothing');
    await expect(nothing.subscriptions.retrieve('sub_none')).rejects.toMatchObject({ statusCode: 404 });
    expect((await fetch(`${second.url}/v1/invoices/in_1/unknown`)).status).toBe(404);
  } finally {
    await second.stop();
    await first.dispose();
  }
}, 30_000);
