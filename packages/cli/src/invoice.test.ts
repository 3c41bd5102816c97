import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './program.ts';

/** Runs a command that must not ask any server. */
async function run(args: readonly string[], document?: string) {
  const written = { out: '', err: '' };
  const exitCode = await runCommandLine(args, {
    terminal: {
      out(text) {
        written.out += text;
      },
      err(text) {
        written.err += text;
      },
      isInteractive: false,
      columns: 80,
    },
    addressOf: () => 'nowhere',
    connect() {
      if (document === undefined) throw new Error('this command asks nobody');
      const invoices = { document: async (id: string) => new Response(id === 'inv_1' ? document : '') };
      return { invoices } as never;
    },
    runServer: async (flags) => flags.length,
    pause: async () => undefined,
  });
  return { exitCode, ...written };
}

const half = { numerator: '1', denominator: '2' };
const line = {
  position: 1,
  key: 'item/recurring/0',
  kind: 'recurring',
  subscription_id: 's',
  description: 'Base fee',
  service_period: { start: '2026-01-01T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z' },
  billable_at: '2026-01-01T00:00:00.000Z',
  quantity: '1',
  gross_minor: '2900',
  discounts: [],
  amount_minor: '2900',
  net_minor: '2900',
  tax_minor: '551',
  taxes: [{ rate_id: 'de', tax_minor: '551' }],
  explanation: {
    billing_period: { start: '2026-01-01T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z' },
    time_zone: 'UTC',
    quantity: '1',
    trace: {
      model: 'flat',
      currency: 'EUR',
      quantity: '1',
      quantity_steps: [],
      slices: [
        {
          label: null,
          unit: 'units',
          from: '0',
          up_to: null,
          quantity: '1',
          unit_price: '29',
          per: '1',
          flat_minor: '0',
          cap_minor: null,
          exact_minor: '2900',
        },
      ],
      amount_steps: [],
      exact_minor: '2900',
      rounding: 'half_away_from_zero',
      amount_minor: '2900',
    },
    basis: null,
    fraction: '1',
    proration: { basis: 'second', days: 'actual' },
    exact_minor: '2900',
    rounding: 'half_away_from_zero',
  },
};
const invoice = {
  format: 'billhook-invoice/1',
  tax_mode: 'exclusive',
  policies: {
    tax: { rounding: 'per_category', inclusive: 'round_tax' },
    discounts: { order: 'given', percent: 'per_line', split: 'largest_remainder' },
  },
  lines: [line],
  adjustments: [],
  taxes: [{ rate_id: 'de', name: 'VAT', percent: '19', net_minor: '2900', tax_minor: '551' }],
  totals: {
    net_minor: '2900',
    tax_minor: '551',
    total_minor: '3451',
    credit_applied_minor: '0',
    credit_granted_minor: '0',
    due_minor: '3451',
  },
};

async function fileWith(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'billhook-cli-')), 'invoice.json');
  await writeFile(file, text);
  return file;
}

describe('invoice verify', () => {
  it('says yes and leaves with 0 where every figure follows from the explanations, asking nobody', async () => {
    const file = await fileWith(JSON.stringify(invoice));
    const { exitCode, out } = await run(['invoice', 'verify', file]);
    expect([exitCode, out]).toEqual([
      0,
      expect.stringMatching(/^yes: 1 line computed again and equal, sha256 [0-9a-f]{64}\n$/),
    ]);
  });

  it('names every place that differs, with what is said and what was computed, and leaves with 1', async () => {
    const changed = structuredClone(invoice);
    changed.totals.total_minor = '3450';
    const first = changed.lines[0];
    if (first) first.explanation.fraction = `${half.numerator}/${half.denominator}`;
    const { exitCode, out } = await run(['invoice', 'verify', await fileWith(JSON.stringify(changed))]);
    expect(exitCode).toBe(1);
    expect(out).toContain('no: differs in');
    expect(out).toContain('  /totals/total_minor: says 3450, computed 3451\n');
    expect(out).toContain('  /lines/0/explanation/fraction: says 1/2, computed 1\n');
  });

  it('speaks to programs in JSON, and holds the document against a hash', async () => {
    const file = await fileWith(JSON.stringify(invoice));
    const plain = JSON.parse((await run(['--json', 'invoice', 'verify', file])).out) as { sha256: string };
    const right = await run(['--json', 'invoice', 'verify', file, '--sha256', plain.sha256.toUpperCase()]);
    expect([right.exitCode, JSON.parse(right.out)]).toEqual([
      0,
      { ok: true, sha256: plain.sha256, differences: [] },
    ]);
    const wrong = await run(['invoice', 'verify', file, '--sha256', '0'.repeat(64)]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.out).toContain('the document: says sha256 000');
  });

  it('refuses what is no invoice, and a file that is not there, without throwing', async () => {
    const text = await run(['invoice', 'verify', await fileWith('no invoice')]);
    expect([text.exitCode, text.out]).toEqual([1, expect.stringContaining('says not JSON')]);
    expect((await run(['invoice', 'verify', await fileWith('[]')])).exitCode).toBe(1);
    expect((await run(['invoice', 'verify', '/nowhere/at/all.json'])).exitCode).toBe(2);
  });
});

it('invoice export writes the document byte by byte', async () => {
  const text = JSON.stringify(invoice);
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'billhook-cli-')), 'out.json');
  const { exitCode, err } = await run(['invoice', 'export', 'inv_1', '--out', file], text);
  expect([exitCode, await readFile(file, 'utf8')]).toEqual([0, text]);
  expect(err).toMatch(/^Written: .*, sha256 [0-9a-f]{64}\n$/);
  expect((await run(['invoice', 'verify', file])).exitCode).toBe(0);
});
