import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { DEFAULT_PRICE_SHAPE, type Price } from '@billhook/core/catalog/price';
import type { PriceModel } from '@billhook/core/catalog/price-model';
import { DEFAULT_BILLING_SETTINGS } from '@billhook/core/invoicing/settings';
import type { TaxChoice } from '@billhook/core/invoicing/tax';
import { decimal12FromInteger, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { currencyCode } from '@billhook/core/money/currency';
import { MONTHLY } from '@billhook/core/time/cadence';
import type { Instant } from '@billhook/core/time/instant';
import { answer, type EngineAsk, type PlanAsk } from '@billhook/core/worker/answer';
import type { EngineReply } from '@billhook/core/worker/engine-worker';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAX_GZIPPED_BYTES = 60_000;

/** What a browser's worker has and a thread has not: the messages go by its own names. */
const AS_IN_A_BROWSER = `const { parentPort } = require('node:worker_threads');
globalThis.postMessage = (reply) => parentPort.postMessage(reply);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
`;

const folder = mkdtempSync(path.join(tmpdir(), 'engine-worker-'));
let code = '';
let worker: Worker;

beforeAll(() => {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const config = path.join(ROOT, 'tests/engine-worker/vite.config.ts');
  const built = spawnSync(process.execPath, [vite, 'build', '--config', config, '--outDir', folder], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  code = readFileSync(path.join(folder, 'engine-worker.js'), 'utf8');
  worker = new Worker(`${AS_IN_A_BROWSER}${code}`, { eval: true });
});

afterAll(async () => {
  await worker.terminate();
  rmSync(folder, { recursive: true, force: true });
});

let asked = 0;

function ask(question: unknown): Promise<EngineReply> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (reply: EngineReply) => {
      worker.off('error', reject);
      resolve(reply);
    });
    worker.postMessage({ id, question });
  });
}

const EUR = currencyCode('EUR');
const TAX: TaxChoice = {
  mode: 'exclusive',
  standardRate: { id: 's', name: 'VAT', percent: decimal12FromInteger(19n), category: 'S', country: 'DE' },
  ratesByTaxCode: {},
};
const GRADUATED: PriceModel = {
  kind: 'graduated',
  per: 1n,
  tiers: [
    { upTo: decimal12FromInteger(1000n), unitPrice: decimal12FromScaled(10_000_000_000n), flatMinor: 500n },
    { upTo: null, unitPrice: decimal12FromScaled(2_500_000_000n), flatMinor: 0n },
  ],
};

function price(key: string, model: PriceModel, more: Partial<Price> = {}): Price {
  return {
    id: key,
    key,
    name: key,
    model,
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: MONTHLY,
    ...DEFAULT_PRICE_SHAPE,
    taxCode: 'standard',
    ...more,
  };
}

function yearOfPlan(timeZone: string, more: readonly Price[] = []): PlanAsk {
  const from = Date.UTC(2026, 0, 31, 8, 30) as Instant;
  const prices = [
    price('fee', { kind: 'flat', amountMinor: 2900n }, { alignment: 'calendar' }),
    price(
      'seats',
      { kind: 'per_unit', unitPrice: decimal12FromScaled(7_770_000_000_000n), per: 1n },
      { quantity: { kind: 'seats' } },
    ),
    price('calls', GRADUATED, { quantity: { kind: 'meter', meterId: 'calls' }, timing: 'in_arrears' }),
    ...more,
  ];
  return {
    ask: 'plan',
    plan: { id: 'plan', key: 'plan', name: 'Plan', family: 'main', rank: 1 },
    version: { id: 'ver', planId: 'plan', number: 1, currency: EUR, prices, entitlements: [], trialDays: 14 },
    seats: 7n,
    timeZone,
    from,
    until: Date.UTC(2027, 0, 31, 8, 30) as Instant,
    usage: { calls: decimal12FromInteger(12_345n) },
    settings: DEFAULT_BILLING_SETTINGS,
    taxChoice: TAX,
    creditBalanceMinor: 1000n,
  };
}

test('the engine for a browser is one file of less than 60 KB gzipped, with the rules of all zones in it', () => {
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThan(MAX_GZIPPED_BYTES);
});

test('the engine in a worker gives the same figures as on the server', async () => {
  const minimum = price(
    'commitment',
    { kind: 'commitment', minimumMinor: 100_000n, maximumMinor: null },
    { timing: 'in_arrears' },
  );
  const questions: EngineAsk[] = [
    {
      ask: 'price',
      price: { model: GRADUATED, terms: DEFAULT_PRICE_SHAPE.terms },
      quantity: decimal12FromScaled(1_234_567_891_234_567n),
      currency: EUR,
    },
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'].map((zone) => yearOfPlan(zone)),
    yearOfPlan('Europe/Berlin', [minimum]),
    yearOfPlan('Nowhere/At_All'),
    { ...yearOfPlan('America/New_York', [minimum]), ask: 'year' },
    { ...yearOfPlan('Nowhere/At_All'), ask: 'year' },
  ];
  for (const question of questions) {
    const reply = await ask(question);
    expect(reply).toEqual({ id: asked, answer: answer(question) });
  }
  const year = answer(yearOfPlan('Europe/Berlin'));
  expect(year.ok && 'length' in year.value && year.value.length).toBeGreaterThanOrEqual(12);
});

test('a year is what the invoices of its twelve months come to, without the month that begins at its end', () => {
  const from = Date.UTC(2026, 0, 31, 8, 30) as Instant;
  const plan = yearOfPlan('Europe/Berlin');
  const version = { ...plan.version, trialDays: 0 };
  const year = answer({ ...plan, version, ask: 'year' });
  const invoices = answer({ ...plan, version });
  if (!year.ok || !('yearMinor' in year.value) || !invoices.ok || !('length' in invoices.value))
    throw new Error('both are answered');
  const end = Date.UTC(2027, 0, 31, 8, 30);
  const lines = invoices.value.flatMap((invoice) => invoice.lines);
  const inside = lines.filter(
    ({ servicePeriod }) => servicePeriod.start >= from && servicePeriod.start < end,
  );
  expect(lines.length).toBeGreaterThan(inside.length);
  // The fee by the calendar begins inside January, so it has 13 parts; seats and calls have 12 each.
  expect(inside).toHaveLength(13 + 12 + 12);
  expect(year.value.yearMinor).toBe(inside.reduce((sum, { netMinor }) => sum + netMinor, 0n));
});

test('a question that makes no sense is answered by a refusal, and the worker goes on', async () => {
  expect((await ask({ ask: 'nothing' })).answer).toMatchObject({ ok: false });
  expect((await ask(null)).answer).toMatchObject({ ok: false, refusal: { code: 'engine.failed' } });
  expect((await ask(yearOfPlan('UTC'))).answer.ok).toBe(true);
});
