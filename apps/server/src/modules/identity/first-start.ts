import { SCOPES } from '@billhook/contract/scopes';
import { hashToken } from '../../platform/crypto.ts';
import type { RandomBytes } from '../../platform/ids.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import { insertTenant, tenantTypeId } from '../../platform/tenants.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { makeKey } from './key-token.ts';
import * as repo from './repo.ts';

export type FirstStart = { email: string; password: string; apiKey: string; tenant: string; slug: string };

export type FirstStartDeps = {
  transactor: Transactor;
  randomBytes: RandomBytes;
  hashPassword(password: string): Promise<string>;
  /** Keeps the password where its owner finds it, before anything is committed. */
  keep(first: FirstStart): void;
};

const OWNER_EMAIL = 'owner@billhook.test';
const PASSWORD_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * Makes what a new installation needs before anybody can sign in: the organization, its owner with a generated
 * password, a first sandbox and a key to it. Undefined if there is an organization already; of two servers that
 * start at once, one makes it.
 */
export async function makeFirstStart(deps: FirstStartDeps): Promise<FirstStart | undefined> {
  const known = await deps.transactor.lookUp((sql) => sql.row('select 1 from organizations limit 1'));
  if (known !== undefined) return undefined;
  const password = newPassword(deps.randomBytes);
  const passwordHash = await deps.hashPassword(password);
  return deps.transactor.platform(async (sql) => {
    await sql.rows('select pg_advisory_xact_lock(7240121)');
    if ((await sql.row('select 1 from organizations limit 1')) !== undefined) return undefined;
    const nowMs = deps.transactor.wallNow();
    const organization = await insertOrganization(sql, deps.transactor.newId(), nowMs);
    const ownerId = deps.transactor.newId();
    const accountId = deps.transactor.newId();
    await repo.insertOperator(sql, {
      id: ownerId,
      name: 'Owner',
      email: OWNER_EMAIL,
      passwordHash,
      accountId,
      nowMs,
    });
    await repo.setRole(sql, organization, ownerId, 'owner', nowMs);
    const first = { email: OWNER_EMAIL, password, ...(await makeSandbox(deps, sql, organization, ownerId)) };
    deps.keep(first);
    return first;
  });
}

async function insertOrganization(sql: Sql, publicId: string, nowMs: number): Promise<number> {
  const row = await sql.row<{ id: number }>(
    'insert into organizations (public_id, name, created_at) values ($1, $2, $3) returning id',
    [publicId, 'My company', iso(nowMs)],
  );
  if (row === undefined) throw new Error('the organization was not added');
  return row.id;
}

async function makeSandbox(deps: FirstStartDeps, sql: Sql, organizationId: number, ownerId: string) {
  const nowMs = deps.transactor.wallNow();
  const tenant = await insertTenant(sql, {
    publicId: deps.transactor.newId(),
    organizationId,
    slug: 'sandbox',
    name: 'Sandbox',
    kind: 'sandbox',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    settings: {},
    frozenAt: null,
    createdAt: nowMs,
  });
  if (tenant === undefined) throw new Error('the slug of the first sandbox is taken');
  await sql.rows(`select set_config('app.tenant', $1, true)`, [String(tenant.id)]);
  const key = makeKey('secret', 'sandbox', deps.randomBytes);
  const keyId = deps.transactor.newId();
  await sql.run(
    `insert into api_keys (tenant_id, id, kind, name, scopes, prefix, last4, created_by, created_at)
     values ($1, $2, 'secret', 'First start', $3, $4, $5, $6, $7)`,
    [tenant.id, keyId, [...SCOPES], key.prefix, key.last4, ownerId, iso(nowMs)],
  );
  await sql.run('insert into api_key_lookup (key_hash, tenant_id, api_key_id) values ($1, $2, $3)', [
    hashToken(key.token),
    tenant.id,
    keyId,
  ]);
  return { apiKey: key.token, tenant: tenantTypeId(tenant.public_id), slug: tenant.slug };
}

/** Twenty letters and figures that are not mistaken for each other: about 99 bits. */
function newPassword(random: RandomBytes): string {
  let password = '';
  while (password.length < 20) {
    for (const byte of random(20)) {
      if (byte < 248 && password.length < 20)
        password += PASSWORD_ALPHABET.charAt(byte % PASSWORD_ALPHABET.length);
    }
  }
  return (password.match(/.{5}/g) ?? [password]).join('-');
}
