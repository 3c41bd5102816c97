import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import type Stripe from 'stripe';
import { afterEach, expect, it } from 'vitest';
import { controlClient } from '../control-client.ts';
import { customerWithCard, stripeClient } from '../testing/sandbox.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly smtpPort: number;
}

/** Starts the sandbox as a program and waits until it has printed its addresses. */
async function startProgram(folder: string): Promise<Running> {
  const args = [MAIN, '--folder', folder, '--port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let url = '';
  let smtpPort = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('Stripe API')) url = line.split(/\s+/).at(-1) ?? '';
    if (line.startsWith('Mail server')) smtpPort = Number(new URL(line.split(/\s+/).at(-1) ?? '').port);
    if (line.startsWith('Control API')) break;
  }
  return { child, url, smtpPort };
}

async function killHard(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('loses nothing that was answered when it is killed in the middle of a storm of charges and mails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'billhook-crash-'));
  folders.push(folder);
  const first = await startProgram(folder);
  const stripe = stripeClient(first.url);
  const { customer, method } = await customerWithCard(stripe, 'pm_card_visa');
  const mailer = createTransport({ host: '127.0.0.1', port: first.smtpPort, secure: false, pool: true });
  const answered = new Map<string, string>();
  const mailed: string[] = [];
  const pay = (client: Stripe, key: string) =>
    client.paymentIntents.create(
      { amount: 100, currency: 'eur', customer, payment_method: method, confirm: true, off_session: true },
      { idempotencyKey: key },
    );
  const enough = Promise.withResolvers<void>();
  const storm = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = 0; ; n += 1) {
      const key = `lane-${lane}-${n}`;
      answered.set(key, (await pay(stripe, key)).id);
      if (answered.size >= 150 && mailed.length >= 5) enough.resolve();
    }
  });
  const mails = (async () => {
    for (let n = 0; ; n += 1) {
      await mailer.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: `mail ${n}`, text: 'x' });
      mailed.push(`mail ${n}`);
    }
  })();
  const ended = Promise.allSettled([...storm, mails]);
  await enough.promise;
  await killHard(first.child);
  await ended;
  mailer.close();

  const second = await startProgram(folder);
  const after = stripeClient(second.url);
  const charges: Stripe.Charge[] = [];
  for await (const charge of after.charges.list({ customer, limit: 100 })) charges.push(charge);
  const intents = new Set(charges.map((charge) => String(charge.payment_intent)));
  expect(intents.size).toBe(charges.length);
  for (const [key, id] of answered) {
    expect(intents.has(id)).toBe(true);
    expect((await pay(after, key)).id).toBe(id);
  }
  const token = (await readFile(join(folder, 'control-token'), 'utf8')).trim();
  const kept = (await controlClient(second.url, token).mails({ limit: 100 })).data.map(
    ({ subject }) => subject,
  );
  expect(kept).toEqual(expect.arrayContaining(mailed.slice(-50)));
}, 60_000);
