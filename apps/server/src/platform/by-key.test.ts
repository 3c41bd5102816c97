import type { Meter } from '@billhook/core/catalog/meter';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumptionsOfUsage } from '../modules/credits/consumption-repo.ts';
import { takeExpired } from '../modules/entitlements/deadlines.ts';
import { claimPeppol } from '../modules/invoicing/e-invoices/deliveries.ts';
import { chargedPeriods } from '../modules/invoicing/queries/usage-corrections.ts';
import { claimChanges } from '../modules/mirror/asked-changes.ts';
import { reportsOf } from '../modules/mirror/reports.ts';
import { claim } from '../modules/notifications/repo.ts';
import { claimDisputeLookUps } from '../modules/payments/disputes.ts';
import { claimEvents } from '../modules/payments/inbox.ts';
import { claimDetachable } from '../modules/payments/methods.ts';
import { announceTrialEnds } from '../modules/subscriptions/commands/announce-trial-ends.ts';
import { standingEvents } from '../modules/usage/corrections.ts';
import { heldIn } from '../modules/usage/counters.ts';
import { countDifferent } from '../modules/usage/read-figures.ts';
import { closingsOf, takeAlertChecks } from '../modules/usage/repo.ts';
import type { UsageEvent } from '../modules/usage/types.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import type { CommandCtx } from './context.ts';

const ID = '0197a000-0000-7000-8000-000000000001';
const AT = Date.parse('2026-01-01T00:00:00Z') as Instant;
const METER = { id: ID, valueProperty: 'seat' } as unknown as Meter;
const EVENT = { source: 'shop', eventId: 'one' } as UsageEvent;
const STRETCH = {
  position: 0,
  request: { customerId: ID, meter: METER },
  start: AT,
  end: AT,
  isBefore: false,
} as unknown as Parameters<typeof countDifferent>[1]['hours'][number];

type Case = { what: string; keys: Record<string, string>; run(ctx: CommandCtx): Promise<unknown> };

/** Tables that grow, each with the member of a key that its rows must be looked for by. */
const CASES: readonly Case[] = [
  {
    what: 'closings and counters of customers',
    keys: { usage_counters: 'customer_id', usage_closings: 'customer_id' },
    run: (ctx) => closingsOf(ctx, { ids: [ID], external: [] }),
  },
  {
    what: 'what is held in windows',
    keys: { usage_counters: 'customer_id' },
    run: (ctx) => heldIn(ctx, [{ customerId: ID, meter: METER, window: { start: AT, end: AT } }]),
  },
  {
    what: 'events that are to be corrected',
    keys: { usage_event_ids: 'event_id', usage_events: 'customer_id' },
    run: (ctx) => standingEvents(ctx, [EVENT]),
  },
  {
    what: 'different values',
    keys: { usage_values: 'customer_id', usage_events: 'customer_id' },
    run: (ctx) => countDifferent(ctx, { hours: [STRETCH], edges: [STRETCH] }),
  },
  {
    what: 'periods that were charged again',
    keys: { usage_adjustments: 'item_id' },
    run: (ctx) => chargedPeriods(ctx, [{ itemId: ID, billingStart: AT }]),
  },
  {
    what: 'what paid for events',
    keys: { credit_consumptions: 'customer_id' },
    run: (ctx) => consumptionsOfUsage(ctx, [{ customerId: ID, ...EVENT }]),
  },
  {
    what: 'what Stripe was told of hours',
    keys: { stripe_meter_reports: 'customer_id' },
    run: (ctx) => reportsOf(ctx, [{ customerId: ID, meterId: ID, hour: AT }]),
  },
  {
    what: 'requests to look at limits',
    keys: { usage_alert_checks: 'id' },
    run: (ctx) => takeAlertChecks(ctx, 9),
  },
  { what: 'deadlines', keys: { usage_deadlines: 'id' }, run: (ctx) => takeExpired(ctx, 9) },
  { what: 'mails', keys: { mails: 'id' }, run: (ctx) => claim(ctx, 9) },
  { what: 'deliveries', keys: { document_deliveries: 'id' }, run: (ctx) => claimPeppol(ctx, 9) },
  { what: 'events of providers', keys: { provider_events: 'id' }, run: (ctx) => claimEvents(ctx, 9) },
  { what: 'cards that go', keys: { payment_methods: 'id' }, run: (ctx) => claimDetachable(ctx, 9, AT) },
  { what: 'disputes', keys: { disputes: 'id' }, run: (ctx) => claimDisputeLookUps(ctx, 9) },
  { what: 'wishes for Stripe', keys: { stripe_changes: 'id' }, run: (ctx) => claimChanges(ctx, 9) },
  { what: 'trials', keys: { subscriptions: 'id' }, run: (ctx) => announceTrialEnds(ctx, 9) },
];

type Node = Partial<Record<'Node Type' | 'Relation Name' | 'Index Cond', string>> & { Plans?: Node[] };

/** How rows of each table are looked for. What takes the first that are due, up to a limit, is left out. */
function scansIn(node: Node): { table: string; by: string }[] {
  if (node['Node Type'] === 'Limit') return [];
  const below = node.Plans ?? [];
  const table = node['Relation Name'];
  if (table === undefined || node['Node Type'] === 'ModifyTable') return below.flatMap(scansIn);
  const [first] = below.filter((one) => one['Node Type'] === 'Bitmap Index Scan');
  const by = node['Index Cond'] ?? first?.['Index Cond'] ?? 'nothing';
  // Events lie in parts of their table.
  return [{ table: table.replace(/^usage_events_.*/, 'usage_events'), by }, ...below.flatMap(scansIn)];
}

describe('a row is found by its key, planned while its table was empty', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  it.each(CASES)('$what', async ({ keys, run }) => {
    await platform.transactor.command(platform.one, async (ctx) => {
      const sent: string[] = [];
      const rows = <T>(text: string, values?: readonly unknown[], name?: string) => {
        sent.push(text);
        return ctx.sql.rows<T>(text, values, name);
      };
      await run({ ...ctx, sql: { ...ctx.sql, rows } });
      for (const others of ['on', 'off']) {
        // What is known of a table makes the planner join in one way or another; it must find rows in none without the key.
        await ctx.sql.run(`set local enable_nestloop = ${others}`);
        const found: { table: string; by: string }[] = [];
        for (const text of sent) {
          const [plan] = await ctx.sql.rows<{ 'QUERY PLAN': { Plan: Node }[] }>(
            `explain (generic_plan, format json) ${text}`,
          );
          found.push(...(plan?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => scansIn(Plan)));
        }
        for (const [table, key] of Object.entries(keys)) {
          const own = found.filter((scan) => scan.table === table);
          expect(own, table).not.toEqual([]);
          for (const { by } of own) expect(by).toMatch(new RegExp(`\\b${key} =`));
        }
      }
    });
  });
});
