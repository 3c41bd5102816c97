import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APART } from '../apps/server/src/modules/transfer/erasures/apart.ts';
import { DECISIONS } from '../apps/server/src/modules/transfer/erasures/decisions.ts';
import { LEFT_OUT, TABLES_READ } from '../apps/server/src/modules/transfer/exports/customer-facts.ts';
import { cloneTemplate } from '../apps/server/src/testing/database.ts';
import { root } from './tree.ts';

/** Tables of the platform itself; all others belong to one module each. */
const PLATFORM_TABLES = ['migrations', 'tenants', 'outbox', 'audit_log', 'audit_seals', 'idempotency_keys'];

/** Every table outside row-level security, and why it may be. */
const OUTSIDE: Record<string, string> = {
  migrations: 'knows no tenant',
  organizations: 'stands above tenants',
  tenants: 'is what a tenant is looked up in',
  'auth."user"': 'operators are global',
  'auth.session': 'operators are global',
  'auth.account': 'operators are global',
  'auth.verification': 'operators are global',
  operator_roles: 'says which tenants an operator may enter',
  operator_invitations: 'is read before a tenant is known',
  api_key_lookup: 'is read before a tenant is known',
  hook_endpoints: 'is read before a tenant is known',
};

/** Every role, and which policy it works under. */
const ROLES = ['billhook_rt', 'billhook_work'];
const POLICIES = ['tenant_rows to billhook_rt for *', 'work_sees to billhook_work for r'];

let client: pg.Client;

beforeAll(async () => {
  const { url } = await cloneTemplate();
  client = new pg.Client({ connectionString: url });
  await client.connect();
});

afterAll(() => client.end());

async function column(query: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(query, values);
  return rows.map((row) => row.name);
}

const TABLES = `
  pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_worker') and c.relkind in ('r', 'p')`;

/** Partitions cannot hold what is unique over all times: `usage_event_ids` does so, in the same transaction. */
const KEYED_ELSEWHERE = ['usage_events'];

describe('every table', () => {
  test('has one owner, and no owner names a table that is not there', async () => {
    const tables = await column(
      `select c.oid::regclass::text as name from ${TABLES} and not c.relispartition`,
    );
    const parts = await column(`select c.oid::regclass::text as name from ${TABLES} and c.relispartition`);
    const named = [...PLATFORM_TABLES, ...(await ownedByModules())].filter((name) => !parts.includes(name));
    const owned = named.map((name) => name.replace(/^auth\.user$/, 'auth."user"'));
    expect(owned.toSorted()).toEqual(tables.toSorted());
  });

  test('is under forced row-level security, but for those that come before a tenant is known', async () => {
    const outside = await column(
      `select c.oid::regclass::text as name from ${TABLES} and not c.relispartition and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    expect(outside.toSorted()).toEqual(Object.keys(OUTSIDE).toSorted());
  });

  test('that is read through a view is read with the rights of who reads', async () => {
    const views = `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'v'`;
    expect(await column(views)).toContain('usage_hours');
    const safe = `coalesce('security_invoker=true' = any (c.reloptions), false)`;
    expect(await column(`${views} and not ${safe}`)).toEqual([]);
  });

  test('under it has the tenant first in its key, never null, and a policy on it', async () => {
    const wrong = await column(`
      select c.oid::regclass::text as name from ${TABLES} and c.relrowsecurity and not c.relispartition and not (
        exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                where i.indrelid = c.oid and (i.indisprimary or c.relname = any ('{${KEYED_ELSEWHERE.join()}}')) and a.attname = 'tenant_id' and a.attnotnull)
        and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_rows'
                    and pg_get_expr(p.polqual, c.oid) ~ 'SELECT app.tenant\\(\\)'
                    and pg_get_expr(p.polwithcheck, c.oid) ~ 'SELECT app.tenant\\(\\)'))`);
    expect(wrong).toEqual([]);
  });

  test('that points to a tenant table does so together with the tenant', async () => {
    const wrong = await column(`
      select format('%s on %s', k.conname, k.conrelid::regclass) as name
      from pg_constraint k join pg_class target on target.oid = k.confrelid
      where k.contype = 'f' and target.relrowsecurity and not exists (
        select from unnest(k.confkey) part join pg_attribute a on a.attrelid = k.confrelid and a.attnum = part
        where a.attname = 'tenant_id')`);
    expect(wrong).toEqual([]);
  });

  test('that is a part of another is reached only through the whole, where the policy stands', async () => {
    const wrong = await column(`
      select c.oid::regclass::text as name from ${TABLES} and c.relispartition
      and exists (select from aclexplode(c.relacl) g where g.grantee <> c.relowner)`);
    expect(wrong).toEqual([]);
  });
});

describe('every role', () => {
  test('is one of two that cannot log in, own nothing and get round no policy', async () => {
    const roles = await column(
      `select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> current_user order by 1`,
    );
    expect(roles).toEqual(ROLES);
    const strong = await column(
      `select rolname as name from pg_roles where rolname = any($1)
       and (rolsuper or rolcanlogin or rolbypassrls or rolcreatedb or rolcreaterole or rolinherit)`,
      [ROLES],
    );
    expect(strong).toEqual([]);
    const owning = await column(
      `select c.relname as name from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any($1)
       union all select p.proname from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname = any($1)`,
      [ROLES],
    );
    expect(owning).toEqual([]);
  });

  test('is a member of no other', async () => {
    const members = await column(
      `select format('%s in %s', m.member::regrole, m.roleid::regrole) as name from pg_auth_members m
       where m.member::regrole::text = any($1)`,
      [ROLES],
    );
    expect(members).toEqual([]);
  });

  test('works under the listed policies and no other', async () => {
    const policies = await column(`
      select distinct format('%s to %s for %s', polname, (select string_agg(r::regrole::text, ',') from unnest(polroles) r), polcmd) as name
      from pg_policy order by 1`);
    expect(policies).toEqual(POLICIES);
  });

  test('that finds due work can change nothing', async () => {
    const grants = await column(`
      select format('%s on %s', g.privilege_type, c.oid::regclass) as name
      from pg_class c, aclexplode(c.relacl) g where g.grantee = 'billhook_work'::regrole and g.privilege_type <> 'SELECT'
      union all
      select format('%s on %s', g.privilege_type, a.attrelid::regclass)
      from pg_attribute a, aclexplode(a.attacl) g where g.grantee = 'billhook_work'::regrole and g.privilege_type <> 'SELECT'`);
    expect(grants).toEqual([]);
  });
});

async function ownedByModules(): Promise<string[]> {
  const folder = path.join(root, 'apps/server/src/modules');
  const owned: string[] = [];
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name, 'tables.ts');
    if (!fs.existsSync(file)) continue;
    const { ownedTables }: { ownedTables?: readonly string[] } = await import(file);
    expect(ownedTables, `${name}/tables.ts exports ownedTables`).toBeDefined();
    owned.push(...(ownedTables ?? []));
  }
  return owned;
}

test('every table that names a customer is in the export of a customer, or left out with a reason', async () => {
  const naming = await column(
    `select distinct c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where a.attname = 'customer_id' and c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public' order by 1`,
  );
  const known = new Set([...TABLES_READ, ...Object.keys(LEFT_OUT)]);
  expect(naming.filter((table) => !known.has(table))).toEqual([]);
  expect(Object.keys(LEFT_OUT).filter((table) => !naming.includes(table))).toEqual([]);
});

test('I433 every table of a tenant is erased, anonymised or kept with a reason when a customer is erased, or apart from customers', async () => {
  const tables = await column(
    `select c.relname as name from ${TABLES} and c.relrowsecurity and not c.relispartition order by 1`,
  );
  const decided = [...Object.keys(DECISIONS), ...Object.keys(APART)];
  expect(decided.toSorted()).toEqual(tables.toSorted());
  const naming = await column(
    `select distinct c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where a.attname = 'customer_id' and c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public'`,
  );
  expect(naming.filter((table) => DECISIONS[table] === undefined)).toEqual([]);
});
