import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../apps/server/src/adapters/embedded-postgres/start.ts';
import { silentLog } from '../../apps/server/src/platform/log.ts';
import { catalogue, LIMIT_MS, type Program, startProgram, until } from './program.ts';
import { openWire, type Place, type Wire } from './wire.ts';

const CUSTOMERS = 4;
const START = '2026-01-31T09:30:00Z';
/** The first statement of the transaction that issues: who is due, under their locks. */
const ISSUING = /for update of c skip locked/;

let folder: string;
let database: EmbeddedPostgres;
let wire: Wire;
let program: Program;
let month = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'billhook-issue-kill-'));
  chmodSync(folder, 0o755);
  // As at a seller: what was committed outlives the kill of the process that wrote it.
  database = await startEmbeddedPostgres({ dataRoot: folder, log: silentLog });
  wire = await openWire(database.port);
  const through = new URL(database.adminUrl);
  through.port = `${wire.port}`;
  program = await startProgram({ DATABASE_URL: through.href, DATABASE_ADMIN_URL: database.adminUrl });
  await rows('update tenants set frozen_at = $1 where id = 1', [START]);
  await call('PUT', '/v1/catalogue', catalogue());
  for (let index = 0; index < CUSTOMERS; index += 1) {
    const external = {
      external_id: `c${index}`,
      name: `Customer ${index}`,
      email: `c${index}@customer.example`,
    };
    await call('POST', '/v1/customers', { ...external, currency: 'EUR' });
    await call('POST', '/v1/subscriptions', { customer: `c${index}`, plan: 'pro', collection: 'manual' });
  }
}, 3 * LIMIT_MS);
afterAll(async () => {
  await program?.kill();
  await wire?.close();
  await database?.stop();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

async function call(method: string, url: string, body: unknown) {
  const answer = await program.api(method, url, { body });
  expect(answer.status, answer.text).toBeLessThan(300);
}

/** As the administrator, past the wire, on a connection of its own: a crash of the database ends those that are open. */
async function rows(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    return (await admin.query(statement, values)).rows;
  } finally {
    await admin.end();
  }
}

const billed = async () => Number((await rows('select count(*) as n from invoices'))[0]?.n);

/** The next month begins, and all are due. */
async function nextMonth(): Promise<void> {
  month += 1;
  await rows('update tenants set frozen_at = $1::timestamptz + make_interval(months => $2) where id = 1', [
    START,
    month,
  ]);
}

/** Until this month is billed: nobody is asked to do anything, the program goes on by itself. */
const untilBilled = () =>
  until(`month ${month} is billed`, async () => (await billed().catch(() => 0)) >= CUSTOMERS * (month + 1));

/** What must be true of what was issued, whatever was killed; each row is a fault. */
const FAULTS = {
  'a customer has not one invoice a month': `select customer_id from invoices group by customer_id having count(*) <> $1 + 1`,
  'numbers have a gap or stand twice': `select series, year from invoices group by series, year
     having count(*) <> max(sequence) or count(distinct sequence) <> count(*) or min(sequence) <> 1`,
  'the series has given more than there is': `select s.year from number_series s where s.last_number <>
     (select max(i.sequence) from invoices i where i.series = s.series and i.year = s.year)`,
  'dates fall as numbers rise': `select 1 from (select issued_at, lag(issued_at) over (order by year, sequence) as before
     from invoices) t where issued_at < before`,
  'an invoice lacks lines': `select i.id from invoices i left join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
     group by i.id, i.subtotal_minor having coalesce(sum(l.net_minor), 0) <> i.subtotal_minor or count(l.id) = 0`,
  'a line has no invoice': `select l.id from invoice_lines l where not exists (select 1 from invoices i where i.id = l.invoice_id)`,
  'the frozen text is not what was hashed': `select id from invoices i where sha256(convert_to(app.frozen_text(i), 'UTF8')) <> content_sha256`,
  'it is not in the books once, at its total': `select i.id from invoices i left join ledger_transactions t on t.source_id = i.id
     left join ledger_entries e on e.transaction_id = t.id and e.account = 'receivable' and e.side = 'debit'
     group by i.id, i.total_minor having count(distinct t.id) <> 1 or coalesce(sum(e.amount_minor), 0) <> i.total_minor`,
  'the books do not balance': `select transaction_id from ledger_entries group by transaction_id
     having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0`,
  'it is not told once': `select i.id from invoices i left join outbox o on o.object_id = i.id and o.type = 'invoice.issued'
     group by i.id having count(o.id) <> 1`,
  'somebody is not due again next month': `select id from subscriptions where next_bill_at <>
     (select ('${START}'::timestamptz at time zone t.time_zone + make_interval(months => $1 + 1)) at time zone t.time_zone
      from tenants t where t.id = 1)`,
};

async function faults(): Promise<string[]> {
  const found: string[] = [];
  for (const [name, statement] of Object.entries(FAULTS)) {
    const values = statement.includes('$1') ? [month] : [];
    if ((await rows(statement, values)).length > 0) found.push(`month ${month}: ${name}`);
  }
  return found;
}

/** Every statement of the transaction that issues, watched while nothing is broken. */
async function placesOf(): Promise<Place[]> {
  const runs: Place[][] = [];
  const open = new Map<number, Place[]>();
  wire.watch(ISSUING, (place) => {
    const run = place.nth === 1 && place.side === 'before' ? [] : (open.get(place.backendPid) ?? []);
    if (run.length === 0) {
      open.set(place.backendPid, run);
      runs.push(run);
    }
    run.push(place);
    return null;
  });
  await nextMonth();
  await untilBilled();
  // Looks that find nobody due are transactions of their own, which issue nothing.
  const issued = () => runs.find((run) => run.some(({ text }) => text.includes('number_series')));
  await until('its end is heard', async () => {
    const last = issued()?.at(-1);
    return last?.side === 'after' && last.text.toLowerCase() === 'commit';
  });
  wire.watch(/$^/, () => null);
  return issued() ?? [];
}

/** Breaks once, at the place with this number. */
async function breakAt(
  nth: number,
  side: Place['side'],
  breaks: (place: Place) => Promise<void>,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let isReached = false;
  wire.watch(ISSUING, (place) => {
    if (isReached || place.nth !== nth || place.side !== side) return null;
    isReached = true;
    return () => breaks(place).then(done.resolve, done.reject);
  });
  await nextMonth();
  await until(`statement ${nth} was reached`, async () => isReached);
  await done.promise;
}

test('I421 killed at each statement of issuing, the server or the database: no gap, no half document, each once', {
  timeout: 20 * LIMIT_MS,
}, async () => {
  const places = await placesOf();
  const statements = places.filter(({ side }) => side === 'before');
  const texts = statements.map(({ text }) => text.toLowerCase());
  for (const part of ['number_series', 'into invoices', 'into invoice_lines', 'ledger_', 'outbox', 'commit'])
    expect(texts.join('\n'), part).toContain(part);
  expect(await faults()).toEqual([]);
  const last = statements.length;
  const points = [
    ...statements.map(({ nth }) => ({ nth, side: 'before' as const })),
    { nth: last, side: 'after' as const },
  ];
  for (const { nth, side } of points) {
    await breakAt(nth, side, async ({ backendPid }) => void process.kill(backendPid, 'SIGKILL'));
    await untilBilled();
    expect(await faults(), `the database was killed ${side} ${texts[nth - 1]}`).toEqual([]);
    await breakAt(nth, side, () => program.kill());
    await program.start();
    await untilBilled();
    expect(await faults(), `the server was killed ${side} ${texts[nth - 1]}`).toEqual([]);
  }
  process.stdout.write(`killed ${2 * points.length} times at ${last} statements of issuing\n`);
});
