import { randomBytes } from 'node:crypto';
import { type Instant, instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { createMeter, type MeterInput } from '../modules/catalog/commands/create-meter.ts';
import { createPlan, type PlanInput } from '../modules/catalog/commands/create-plan.ts';
import type { PriceInput, VersionInput } from '../modules/catalog/version-input.ts';
import { creditIn, getCustomer, lockCustomer } from '../modules/customers/api.ts';
import { createCustomer } from '../modules/customers/commands/create-customer.ts';
import { listInvoices, type StoredInvoice } from '../modules/invoicing/api.ts';
import { trialBalance } from '../modules/ledger/api.ts';
import { startSubscription } from '../modules/subscriptions/api.ts';
import { ingest } from '../modules/usage/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { silentLog } from '../platform/log.ts';
import { createTransactor, type Transactor } from '../platform/transaction.ts';
import { billDueSource } from '../processes/bill-run.ts';
import { followMoney } from '../processes/follow-money.ts';
import { askForTaxes, type TaxProviderOf } from '../processes/quote-taxes.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { untilSomebodyWaits } from './locks.ts';
import { createTestTenant } from './tenant.ts';

const ACTOR = { kind: 'system', id: 'test' } as const;

/** A tenant with a frozen clock on a database of its own, and the bill run. */
export type BillingWorld = {
  database: TestDatabase;
  transactor: Transactor;
  tenantId: number;
  command<T>(fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
  query<T>(fn: (ctx: QueryCtx) => Promise<T>): Promise<T>;
  /** Moves the clock without doing any work. */
  setNow(text: string): Promise<void>;
  /** Runs due billing to rest. How many customers were dealt with. */
  bill(): Promise<number>;
  /** Moves the clock through every instant at which billing is due, and bills at each. */
  billUntil(text: string): Promise<void>;
  /** As the administrator, who may do what the runtime role may not. */
  admin(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  invoices(customerId?: string): Promise<StoredInvoice[]>;
  /** Until some statement waits for a lock that another transaction holds. */
  untilWaiting(): Promise<void>;
  close(): Promise<void>;
};

export async function createBillingWorld(
  now: string,
  settings: Record<string, unknown> = {},
  taxes: TaxProviderOf = async () => null,
): Promise<BillingWorld> {
  const database = await createTestDatabase();
  const tenant = await createTestTenant(database, {
    frozenAt: now,
    settings: { paymentTermsDays: 14, zeroInvoices: 'skip', invoiceSeries: 'BH', ...settings },
  });
  const transactor: Transactor = createTransactor({
    database,
    // The tests' only real time: leases and ids; business time is the tenant's frozen clock.
    clock: () => instant(Math.floor(performance.timeOrigin + performance.now())),
    randomBytes: (size) => randomBytes(size),
    log: silentLog,
    follow: followMoney,
    recover: ({ tenantId }, error) => askForTaxes({ transactor, providerOf: taxes }, tenantId, error),
  });
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  const source = billDueSource({ transactor, log: silentLog });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const world: BillingWorld = {
    database,
    transactor,
    tenantId: tenant.id,
    command: (fn) => transactor.command(request, fn),
    query: (fn) => transactor.query(request, fn),
    async setNow(text) {
      await client.query('update tenants set frozen_at = $2 where id = $1', [tenant.id, text]);
    },
    async bill() {
      let total = 0;
      for (;;) {
        const done = await source.run(tenant.id, 500);
        total += done;
        if (done === 0) return total;
      }
    },
    async billUntil(text) {
      const target = Date.parse(text);
      for (;;) {
        await world.bill();
        const at = await world.query((ctx) => source.nextDueAt(ctx));
        if (at === null || at > target) break;
        await world.setNow(new Date(at).toISOString());
      }
      await world.setNow(text);
    },
    admin: async (statement, values) => (await client.query(statement, values)).rows,
    invoices: (customerId) =>
      world.query(async (ctx) => {
        const found = await listInvoices(ctx, { limit: 100, customerId: customerId ?? null });
        return found.reverse();
      }),
    untilWaiting: () => untilSomebodyWaits(client),
    async close() {
      await client.end();
      await database.close();
    },
  };
  return world;
}

/** A monthly price of a fixed amount, in advance. */
export function flatPrice(amount: string, more: Partial<PriceInput> = {}): PriceInput {
  return {
    key: 'base',
    name: 'Base fee',
    pricing: { model: 'flat', amount },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
    ...more,
  };
}

export function addPlan(
  world: BillingWorld,
  input: Partial<PlanInput & VersionInput> & { key: string; prices: readonly PriceInput[] },
) {
  return world.command((ctx) =>
    createPlan(ctx, { name: input.key, currency: 'EUR', entitlements: [], ...input }),
  );
}

export function addMeter(world: BillingWorld, input: Partial<MeterInput> & { key: string }) {
  return world.command((ctx) =>
    createMeter(ctx, {
      name: input.key,
      event_type: input.key,
      aggregation: 'count',
      unit: 'call',
      ...input,
    }),
  );
}

export function addCustomer(world: BillingWorld, input: Parameters<typeof createCustomer>[1]) {
  return world.command((ctx) => createCustomer(ctx, input));
}

type Plan = Awaited<ReturnType<typeof addPlan>>;

export function subscribe(
  world: BillingWorld,
  customerId: string,
  { plan, version }: Plan,
  more: {
    collection?: 'automatic' | 'manual';
    quantity?: number;
    startAt?: Instant | null;
    trialDays?: number | null;
  } = {},
) {
  return world.command(async (ctx) =>
    startSubscription(
      ctx,
      {
        customer: await lockCustomer(ctx, customerId),
        plan,
        version,
        currency: version.currency,
        quantity: more.quantity ?? 1,
        startAt: more.startAt ?? null,
        trialDays: more.trialDays ?? null,
      },
      { collection: more.collection ?? 'manual', metadata: {} },
    ),
  );
}

/** Sends usage events; ids count up within `prefix`. */
export async function use(
  world: BillingWorld,
  subject: string,
  type: string,
  times: readonly string[],
  data: Record<string, unknown> = {},
): Promise<void> {
  const events = times.map((time, index) => ({
    specversion: '1.0',
    id: `${subject}/${type}/${time}/${index}`,
    source: 'test',
    type,
    subject,
    time,
    data,
  }));
  const answer = await world.command((ctx) => ingest(ctx, events));
  if (answer.counts.accepted !== times.length) throw new Error(`not all accepted: ${JSON.stringify(answer)}`);
}

/** Debits less credits by account, tax of all places as one, and that they add up to zero. */
export async function balances(world: BillingWorld): Promise<Record<string, bigint>> {
  const accounts = await world.query(trialBalance);
  const byAccount: Record<string, bigint> = {};
  let sum = 0n;
  for (const { account, debitMinor, creditMinor } of accounts) {
    const whole = account.startsWith('tax:') ? 'tax' : account;
    byAccount[whole] = (byAccount[whole] ?? 0n) + debitMinor - creditMinor;
    sum += debitMinor - creditMinor;
  }
  if (sum !== 0n) throw new Error(`the trial balance is off by ${sum}`);
  return byAccount;
}

export function creditBalance(world: BillingWorld, customerId: string, currency = 'EUR'): Promise<bigint> {
  return world.query(async (ctx) => creditIn(await getCustomer(ctx, customerId), currency));
}
