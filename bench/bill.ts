import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { ensureWebBuilt } from '../scripts/build-web.ts';
import { bareLoop } from './bill/bare.ts';
import { proofsOf } from './bill/checks.ts';
import { makeCrowd } from './bill/crowd.ts';
import { DUE_AT, LINES_AN_INVOICE, openShop } from './bill/shop.ts';
import { countStatements, tellStatements } from './bill/statements.ts';
import { stackMemory } from './memory.ts';
import { watch } from './usage/processors.ts';
import { openStage, type Stage, settingsOf, writtenTransactions } from './usage/stage.ts';

/**
 * Measures the bill run of the real server: `--count` subscriptions are renewed and issued, each with tiers, a change of
 * seats in the middle of the month, a discount, tax, five lines, ledger entries, outbox and audit rows, with fsync on.
 * Run: npm run bench:bill [-- --count 100000 --sellers 1,10 --kinds 20]. Customers of a kind have as many seats as each other;
 * with as many kinds as customers nobody is like anybody else. `--kills 5` ends all connections of the server five times
 * on the way, and says what was done twice. `--statements` says which statements cost the database most,
 * where it was started with pg_stat_statements. What is left behind is proved afterwards; the run ends with
 * a code that is not 0 when a proof fails, fewer than 8,000 invoices a second were issued, or less than 35 % of what a bare loop
 * of select, compute and insert does right before on the same machine.
 */
const MUST_A_SECOND = 8_000;
/** Entries, outbox and audit are beyond what the bare loop writes. */
const MUST_SHARE = 0.35;
const LOOK_MS = 100;
/** A session of the database tells its counts so late at most. */
const COUNTED_WITHIN_MS = 12_000;

type Round = { sellers: number; aSecond: number; bare: number; areProved: boolean };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      sellers: { type: 'string', default: '1,10' },
      kinds: { type: 'string', default: '20' },
      kills: { type: 'string', default: '0' },
      statements: { type: 'boolean', default: false },
    },
  });
  await ensureWebBuilt({ log: (text) => console.log(text) });
  const rounds: Round[] = [];
  for (const sellers of values.sellers.split(',').map(Number))
    rounds.push(
      await measure({
        count: Number(values.count),
        sellers,
        kinds: Number(values.kinds),
        kills: Number(values.kills),
        areStatementsTold: values.statements,
      }),
    );
  for (const { sellers, aSecond, bare, areProved } of rounds) {
    const isRate = aSecond >= MUST_A_SECOND;
    const isShare = aSecond >= bare * MUST_SHARE;
    const isMet = isRate && isShare && areProved;
    const verdict = (isReached: boolean) => (isReached ? 'reached' : 'missed');
    console.log(
      `${isMet ? 'ok    ' : 'MISSED'} ${words(sellers)}: ${whole(aSecond)} invoices a second, asked ${MUST_A_SECOND}: ${verdict(isRate)}; ` +
        `${percent(aSecond / bare)} of the bare loop, asked ${percent(MUST_SHARE)}: ${verdict(isShare)}`,
    );
    if (!areProved) process.exitCode = 2;
    else if (!isMet) process.exitCode ??= 1;
  }
}

type Plan = { count: number; sellers: number; kinds: number; kills: number; areStatementsTold: boolean };

async function measure({ count, sellers, kinds, kills, areStatementsTold }: Plan): Promise<Round> {
  const each = Math.floor(count / sellers);
  const stage = await openStage();
  try {
    const pattern = await openShop(stage);
    const tenants = await makeCrowd(stage.admin, pattern, { count: each, sellers, kinds });
    await stage.admin.query('vacuum analyze');
    await stage.admin.query('checkpoint');
    const bare = await bareLoop(stage.bareUrl);
    console.log(
      `\n${whole(each * sellers)} invoices of ${LINES_AN_INVOICE} lines, ${words(sellers)}, ${kinds} kinds of customers`,
    );
    for (const line of await settingsOf(stage.admin)) console.log(`       ${line}`);
    if (areStatementsTold) await countStatements(stage.admin);
    const aSecond = await billAll(stage, tenants, each, kills);
    if (areStatementsTold) await tellStatements(stage.admin, each * sellers);
    console.log(`       the bare loop of select, compute, insert: ${whole(bare)} invoices a second`);
    // Where what was just written is not known to be large, a proof is sought row by row for minutes.
    await stage.admin.query('analyze');
    const proofs = await proofsOf(stage.admin, tenants, each, kinds);
    for (const { name, isTrue, seen } of proofs)
      console.log(`${isTrue ? 'proved' : 'FALSE '} ${name}: ${seen}`);
    return { sellers, aSecond, bare, areProved: proofs.every(({ isTrue }) => isTrue) };
  } finally {
    await stage.close();
  }
}

/** Lets the clock reach the day of the renewal and waits until nobody is due. Invoices a second. */
async function billAll(
  stage: Stage,
  tenants: readonly number[],
  each: number,
  kills: number,
): Promise<number> {
  const { admin } = stage;
  const all = each * tenants.length;
  const before = kills > 0 ? await written(admin) : 0;
  const commits = await writtenTransactions(admin);
  const { wal } = await walOf(stage);
  const watched = watch({
    servers: [stage.pid],
    databases: [stage.postmaster],
    processors: availableParallelism(),
  });
  const begin = performance.now();
  await admin.query('update tenants set frozen_at = $1 where id = any ($2::integer[])', [DUE_AT, tenants]);
  let mostMb = 0;
  let killed = 0;
  for (let seen = 0; seen < all; await sleep(LOOK_MS)) {
    seen = await issued(stage, tenants, each);
    if (killed < kills && seen > ((killed + 1) * all) / (kills + 1)) {
      killed += 1;
      await admin.query(KILL);
    }
    mostMb = Math.max(mostMb, memoryOf(stage));
  }
  const seconds = (performance.now() - begin) / 1000;
  const { parts, foreign } = watched();
  const micros = (part: number) => whole((part * 1e6) / all);
  const transactions = (await writtenTransactions(admin)) - commits;
  const bytes = (await walOf(stage)).wal - wal;
  console.log(`       ${seconds.toFixed(1)} s, ${whole(all / seconds)} invoices a second`);
  console.log(
    `       processor time an invoice: server ${micros(parts.server)} us, database ${micros(parts.database)} us; ` +
      `JavaScript has ${((100 * parts.server) / (parts.server + parts.database)).toFixed(0)} %`,
  );
  console.log(
    `       ${whole(transactions)} transactions wrote ${whole(bytes / all)} bytes of log an invoice; the server held ` +
      `at most ${whole(mostMb)} MB`,
  );
  if (kills > 0) {
    const twice = (await written(admin)) - before - all;
    console.log(
      `       all connections were ended ${killed} times: ${whole(twice)} invoices were written in vain, ` +
        `${((100 * twice) / all).toFixed(2)} % of the work`,
    );
  }
  if (foreign !== undefined) console.log(`       others had ${(foreign * 100).toFixed(0)} % of the machine`);
  return all / seconds;
}

/** What a kill of the server leaves of its transactions: nothing. */
const KILL = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'billhook_rt'`;

/** Invoices that were written so far, those of transactions that were rolled back too. */
async function written(admin: pg.Pool): Promise<number> {
  await sleep(COUNTED_WITHIN_MS);
  const { rows } = await admin.query<{ n: string }>(
    `select n_tup_ins as n from pg_stat_user_tables where relname = 'invoices'`,
  );
  return Number(rows[0]?.n);
}

async function issued({ admin }: Stage, tenants: readonly number[], each: number): Promise<number> {
  const { rows } = await admin.query<{ n: string }>(
    'select sum(last_number - 1) as n from number_series where tenant_id = any ($1::integer[])',
    [tenants],
  );
  return Number(rows[0]?.n) - each * tenants.length;
}

async function walOf({ admin }: Stage): Promise<{ wal: number }> {
  const { rows } = await admin.query<{ n: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as n`);
  return { wal: Number(rows[0]?.n) };
}

function memoryOf({ child }: Stage): number {
  return (child.pid === undefined ? undefined : stackMemory(child.pid))?.api.rssMb ?? 0;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-GB');
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const words = (sellers: number) => (sellers === 1 ? 'one seller' : `${sellers} sellers`);

await main();
