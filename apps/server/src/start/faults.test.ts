import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/start.ts';
import { silentLog } from '../platform/log.ts';
import { migrate, readMigrations } from '../platform/migrate.ts';
import { asAdmin, databaseUrl } from '../testing/cluster.ts';
import { cloneTemplate } from '../testing/database.ts';
import { startMain, temporaryFolder } from '../testing/main-process.ts';
import { startOldPostgres } from '../testing/old-postgres.ts';

type Start = { environment?: Record<string, string>; folder?: string; account?: 'same' | 'ordinary' };

/** Starts the real program and expects one line that says what is wrong and what to do, and exit code 1. */
async function expectSentence(start: Start, sentence: RegExp): Promise<void> {
  const folder = start.folder ?? temporaryFolder();
  const { code, errors } = await startMain(start.environment ?? {}, folder, start.account).ended;
  expect(errors).toMatch(sentence);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(errors).not.toMatch(/ at .*\.ts:|Error:/);
  expect(code).toBe(1);
}

async function rows(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A server that takes connections and never says a word, as a machine behind a wrong firewall rule does. */
async function listenSilently() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => socket.destroy())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('a start that cannot succeed ends with one sentence that says what to do:', () => {
  let database: { name: string; url: string };
  let silent: Awaited<ReturnType<typeof listenSilently>>;
  beforeAll(async () => {
    database = await cloneTemplate();
    silent = await listenSilently();
  });
  afterAll(() => silent.close());

  it('a port in use', () =>
    expectSentence(
      { environment: { DATABASE_URL: database.url, PORT: String(silent.port) } },
      /^Port \d+ is in use\. Stop what listens there or set PORT to another one\.$/m,
    ));

  it('an address that this machine does not have', () =>
    expectSentence(
      { environment: { DATABASE_URL: database.url, HOST: '192.0.2.1' } },
      /^This machine has no address 192\.0\.2\.1\. Set HOST /,
    ));

  it('settings that are wrong, all of them at once', () =>
    expectSentence({ environment: { PORT: 'x', ROLE: 'y' } }, /2 faults: PORT .*; ROLE /));

  describe('a data folder', () => {
    const words = /^The data folder .* cannot be written .* set BILLHOOK_DATA to another folder\.$/m;

    it.runIf(process.platform === 'linux')('where the file system takes no folders', async () => {
      await expectSentence({ environment: { BILLHOOK_DATA: '/proc/nope' } }, words);
    });

    it('below something that is no folder', async () => {
      const file = path.join(temporaryFolder(), 'file');
      writeFileSync(file, '');
      await expectSentence({ environment: { BILLHOOK_DATA: path.join(file, 'data') } }, words);
    });

    it('that an ordinary user may not make', async () => {
      const closed = temporaryFolder();
      chmodSync(closed, 0o555);
      await expectSentence({ folder: path.join(closed, 'data'), account: 'ordinary' }, words);
      expect(readdirSync(closed)).toEqual([]);
    });

    it('that is there but may not be written by an ordinary user', async () => {
      const closed = temporaryFolder();
      chmodSync(closed, 0o555);
      await expectSentence({ folder: closed, account: 'ordinary' }, words);
      expect(readdirSync(closed)).toEqual([]);
    });

    it('whose secrets belong to another user', async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o755);
      mkdirSync(path.join(folder, 'secrets'));
      chmodSync(path.join(folder, 'secrets'), 0o500);
      await expectSentence({ folder, account: 'ordinary' }, words);
    });

    it('that another server runs on, which goes on', async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o755);
      const first = startMain({}, folder);
      const address = await first.ready;
      const kept = readFileSync(path.join(folder, 'quickstart.json'), 'utf8');
      await expectSentence(
        { folder },
        /^Another server \(process \d+\) is already running on .*; stop it, or name another data folder in BILLHOOK_DATA\.$/m,
      );
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
      expect(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')).toBe(kept);
      first.child.kill('SIGINT');
      expect((await first.ended).code).toBe(0);
    });
  });

  describe('a database', () => {
    it('where nothing listens', () =>
      expectSentence(
        { environment: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } },
        /^Cannot reach the database \(.*ECONNREFUSED.*\)\. Check DATABASE_URL and that the server runs\.$/m,
      ));

    it('on a machine whose name nobody knows', () =>
      expectSentence(
        { environment: { DATABASE_URL: 'postgres://nobody@database.invalid/none' } },
        /^Cannot reach the database \(.*database\.invalid.*\)\. Check DATABASE_URL/,
      ));

    it('that takes the connection and stays silent', () =>
      expectSentence(
        {
          environment: { DATABASE_URL: `postgres://nobody@127.0.0.1:${silent.port}/none?connect_timeout=1` },
        },
        /^Cannot reach the database \(.*timeout.*\)\. Check DATABASE_URL/,
      ));

    it('that knows another password, which the sentence does not repeat', async () => {
      const wrong = new URL(database.url);
      wrong.password = 'sesame-sesame';
      const { code, errors } = await startMain({ DATABASE_URL: wrong.href }, temporaryFolder()).ended;
      expect(errors).toMatch(/^Cannot reach the database \(password authentication failed .*\)\. Check/);
      expect(errors).not.toContain('sesame');
      expect(code).toBe(1);
    });

    it('of a name that is not there', () =>
      expectSentence(
        { environment: { DATABASE_URL: databaseUrl(database.url, 'not_there') } },
        /^Cannot reach the database \(database "not_there" does not exist\)\. Check DATABASE_URL/,
      ));

    it.each([
      { name: '14.19 (Debian 14.19-1)', number: '140019', major: 14 },
      { name: '13.22', number: '130022', major: 13 },
    ])('of PostgreSQL $major, in which nothing is made', async ({ name, number, major }) => {
      const old = await startOldPostgres({ name, number });
      try {
        await expectSentence(
          { environment: { DATABASE_URL: old.url } },
          new RegExp(
            `^PostgreSQL ${major} is too old: Billhook needs 15 or later\\. Point DATABASE_URL at a newer server\\.$`,
            'm',
          ),
        );
        expect(old.statements).toContain('show server_version_num');
        expect(old.statements.filter((statement) => /create|insert|alter|grant/i.test(statement))).toEqual(
          [],
        );
      } finally {
        await old.close();
      }
    });
  });

  describe('a migration', () => {
    it('that was changed after it was applied', async () => {
      const { url } = await cloneTemplate();
      await asAdmin(url, `update migrations set checksum = 'x' where name = '0001_platform.sql'`);
      await expectSentence(
        { environment: { DATABASE_URL: url } },
        /^The migration 0001_platform\.sql was changed after it was applied\. Restore the file/,
      );
    });

    it('that fails half-way: nothing of it stays, what came before does, and the next start goes on', async () => {
      const url = databaseUrl(database.url, `${database.name}_half`);
      await asAdmin(database.url, `create database ${database.name}_half`);
      // The fourth file makes meters and features before it comes to plans, where it meets this stranger.
      await asAdmin(url, 'create table plans (stranger integer)');
      await expectSentence(
        { environment: { DATABASE_URL: url } },
        /^The migration 0004_catalog\.sql failed and was rolled back: relation "plans" already exists\. The database is as it was before; .*start again\.$/m,
      );
      expect(await rows(url, 'select name from migrations order by name')).toEqual([
        { name: '0001_platform.sql' },
        { name: '0002_identity.sql' },
        { name: '0003_customers.sql' },
      ]);
      const made = `select to_regclass('customers') is not null as before, to_regclass('meters') is null as half,
        to_regclass('graphile_worker.jobs') is null as jobs`;
      expect(await rows(url, made)).toEqual([{ before: true, half: true, jobs: true }]);
      await asAdmin(url, 'drop table plans');
      const next = startMain({ DATABASE_URL: url }, temporaryFolder());
      await next.ready;
      next.child.kill('SIGINT');
      expect((await next.ended).code).toBe(0);
    });
  });

  it('leaves no owner, no key and no files of a business behind', async () => {
    const folder = temporaryFolder();
    await startMain({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, folder).ended;
    expect(readdirSync(folder)).toEqual(['secrets']);
    expect(statSync(path.join(folder, 'secrets')).mode & 0o777).toBe(0o700);
  });
});

describe('a start in a PostgreSQL that is shared with others', () => {
  let adminUrl = '';
  let stop = async () => {};
  const as = (user: string, name = user) => {
    const url = new URL(databaseUrl(adminUrl, name));
    url.username = user;
    url.password = 'x';
    return url.href;
  };

  beforeAll(async () => {
    const dataRoot = temporaryFolder();
    chmodSync(dataRoot, 0o755);
    const own = await startEmbeddedPostgres({ dataRoot, log: silentLog, fsync: false });
    adminUrl = own.adminUrl;
    stop = () => own.stop();
    for (const [name, right] of [
      ['powerless', ''],
      ['maker', 'createrole'],
      ['stranger', ''],
    ]) {
      await asAdmin(adminUrl, `create role ${name} login nosuperuser ${right} password 'x'`);
      await asAdmin(adminUrl, `create database ${name} owner ${name}`);
    }
  });
  afterAll(() => stop());

  it('as a user who may not make the runtime roles says which user can', async () => {
    await expectSentence(
      { environment: { DATABASE_URL: as('powerless') } },
      /^The database user may not do what 0001_platform\.sql needs \(permission denied to create role\)\. Set DATABASE_ADMIN_URL to a user with CREATEROLE that owns the database\.$/m,
    );
    expect(await rows(adminUrl, `select 1 from pg_roles where rolname like 'billhook%'`)).toEqual([]);
    expect(await rows(as('powerless'), 'select name from migrations')).toEqual([]);
  });

  it('succeeds with the user whom that sentence asks for', async () => {
    const folder = temporaryFolder();
    const environment = { DATABASE_URL: as('powerless', 'maker'), DATABASE_ADMIN_URL: as('maker') };
    const { child, ended, ready } = startMain(environment, folder);
    const address = await ready;
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    expect(existsSync(path.join(folder, 'owner.txt'))).toBe(true);
  });

  it('moves what is stored by the owner of the tables, who is no superuser: a stop of texts stays a stop', async () => {
    await asAdmin(adminUrl, `create database older owner maker`);
    const [owner, all] = [as('maker', 'older'), databaseUrl(adminUrl, 'older')];
    const files = await readMigrations();
    await asAdmin(
      owner,
      'create table migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    for (const { name, sql, checksum } of files.filter((file) => file.name < '0063')) {
      await asAdmin(owner, `begin; ${sql}; insert into migrations values ('${name}', '${checksum}'); commit`);
    }
    // Who the organization and the customers of the numbers are does not matter here.
    await asAdmin(
      all,
      `set session_replication_role = replica;
       insert into tenants (public_id, organization_id, slug, name, kind, currency, time_zone, created_at)
       values (gen_random_uuid(), 1, 'acme', 'Acme', 'live', 'EUR', 'Europe/Berlin', now());
       insert into customer_phones (tenant_id, customer_id, number, opted_out_at, updated_at)
       values (1, gen_random_uuid(), '+4915112345678', '2026-03-02', now()), (1, gen_random_uuid(), '+4915112345678', '2026-03-01', now()),
         (1, gen_random_uuid(), '+4915187654321', null, now())`,
    );
    await migrate({ adminUrl: owner, log: silentLog });
    expect(await rows(all, `select number, stopped_at = '2026-03-01' as first from text_stops`)).toEqual([
      { number: '+4915112345678', first: true },
    ]);
    const forced = `select bool_and(relforcerowsecurity and relrowsecurity) as forced from pg_class
      where relname in ('customer_phones', 'text_stops')`;
    expect(await rows(all, forced)).toEqual([{ forced: true }]);
  });

  it('as a user who may not act as the runtime roles says what to grant', () =>
    expectSentence(
      { environment: { DATABASE_URL: as('stranger', 'maker') } },
      /The database user may not|may not act as the runtime roles/,
    ));

  it('with a runtime role that could pass by row-level security says what to change', async () => {
    const { url } = await cloneTemplate();
    await asAdmin(url, 'create table public.stray (id integer)');
    await asAdmin(url, 'alter table public.stray owner to billhook_rt');
    await expectSentence(
      { environment: { DATABASE_URL: url } },
      /^The database role billhook_rt owns stray\. Give it to the user of DATABASE_ADMIN_URL\.$/m,
    );
  });
});
