import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull, type Sql } from '../../platform/sql.ts';
import type { Insistence } from '../../platform/together.ts';
import type { KeyKind } from './key-token.ts';
import type { Role } from './roles.ts';

export type ApiKeyRow = {
  id: string;
  kind: KeyKind;
  name: string;
  scopes: string[];
  prefix: string;
  last4: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  lastUsedAt: number | null;
};

const KEY_COLUMNS = `id, kind, name, scopes, prefix, last4, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

export async function insertApiKey(ctx: CommandCtx, key: ApiKeyRow, hash: Buffer): Promise<void> {
  await ctx.sql.run(
    `insert into api_keys (tenant_id, id, kind, name, scopes, prefix, last4, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ctx.tenant.id,
      key.id,
      key.kind,
      key.name,
      key.scopes,
      key.prefix,
      key.last4,
      key.createdBy,
      iso(key.createdAt),
      isoOrNull(key.expiresAt),
    ],
  );
  await ctx.sql.run('insert into api_key_lookup (key_hash, tenant_id, api_key_id) values ($1, $2, $3)', [
    hash,
    ctx.tenant.id,
    key.id,
  ]);
}

/** Newest first; `after` is the id of the last one of the page before. */
export async function listApiKeys(ctx: QueryCtx, limit: number, after: string | null): Promise<ApiKeyRow[]> {
  return ctx.sql.rows<ApiKeyRow>(
    `select ${KEY_COLUMNS} from api_keys where tenant_id = $1 and ($3::uuid is null or id < $3) order by id desc limit $2`,
    [ctx.tenant.id, limit, after],
  );
}

export async function findApiKey(ctx: QueryCtx, id: string): Promise<ApiKeyRow | undefined> {
  return ctx.sql.row<ApiKeyRow>(`select ${KEY_COLUMNS} from api_keys where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** Those of the keys that are not revoked. */
export async function unrevokedKeys(ctx: EarlyCtx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.sql.rows<{ id: string }>(
    'select id from api_keys where tenant_id = $1 and id = any ($2::uuid[]) and revoked_at is null',
    [ctx.tenant.id, uuidColumn(ids)],
    'keys.unrevoked',
  );
  return rows.map(({ id }) => id);
}

/** That all these keys, each named once, stand. */
export function areUnrevoked(ids: readonly string[]): Insistence {
  return {
    name: 'keys',
    text: '(select count(*) from api_keys where tenant_id = $1 and id = any (@1::uuid[]) and revoked_at is null) = @2',
    values: [uuidColumn(ids), ids.length],
  };
}

/** Marks the key and takes it out of the look-up, so that it opens nothing from the commit on. */
export async function revokeApiKey(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run(
    'update api_keys set revoked_at = $3 where tenant_id = $1 and id = $2 and revoked_at is null',
    [ctx.tenant.id, id, iso(ctx.wallNow)],
  );
  await ctx.sql.run('delete from api_key_lookup where tenant_id = $1 and api_key_id = $2', [
    ctx.tenant.id,
    id,
  ]);
}

export async function noteKeyUse(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update api_keys set last_used_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    iso(ctx.wallNow),
  ]);
}

/**
 * Where the hashes of keys lead, in their order; undefined for one that is unknown or revoked. Outside row-level
 * security, because no tenant is known yet.
 */
export async function lookUpKeys(
  sql: Sql,
  hashes: readonly Buffer[],
): Promise<({ tenantId: number; keyId: string } | undefined)[]> {
  const rows = await sql.rows<{ position: bigint; tenantId: number; keyId: string }>(
    `select h.position, k.tenant_id as "tenantId", k.api_key_id as "keyId"
     from unnest($1::bytea[]) with ordinality as h (hash, position) join api_key_lookup k on k.key_hash = h.hash`,
    [hashes],
    'keys.look_up',
  );
  const found = new Map(rows.map((row) => [Number(row.position) - 1, row]));
  return hashes.map((_, index) => found.get(index));
}

export async function organizationOf(ctx: QueryCtx): Promise<{ id: number; publicId: string; name: string }> {
  const row = await ctx.sql.row<{ id: number; publicId: string; name: string }>(
    `select o.id, o.public_id as "publicId", o.name from organizations o join tenants t on t.organization_id = o.id where t.id = $1`,
    [ctx.tenant.id],
  );
  if (row === undefined) throw new Error('a tenant has no organization');
  return row;
}

export type OperatorRow = { id: string; name: string; email: string; role: Role; createdAt: number };

export async function listOperators(sql: Sql, organizationId: number): Promise<OperatorRow[]> {
  return sql.rows<OperatorRow>(
    `select u.id, u.name, u.email, r.role, r.created_at as "createdAt"
     from operator_roles r join auth."user" u on u.id = r.operator_id
     where r.organization_id = $1 order by r.created_at, u.id`,
    [organizationId],
  );
}

/** Locks the rows of roles, so that two changes at once cannot leave an organization without an owner. */
export async function lockRoles(sql: Sql, organizationId: number): Promise<Map<string, Role>> {
  const rows = await sql.rows<{ id: string; role: Role }>(
    'select operator_id as id, role from operator_roles where organization_id = $1 order by operator_id for update',
    [organizationId],
  );
  return new Map(rows.map((row) => [row.id, row.role]));
}

export async function setRole(
  sql: Sql,
  organizationId: number,
  operatorId: string,
  role: Role,
  nowMs: number,
): Promise<void> {
  await sql.run(
    `insert into operator_roles (organization_id, operator_id, role, created_at) values ($1, $2, $3, $4)
     on conflict (organization_id, operator_id) do update set role = excluded.role`,
    [organizationId, operatorId, role, iso(nowMs)],
  );
}

/** Takes the role away and ends every session, so that the next request is refused. */
export async function removeRole(sql: Sql, organizationId: number, operatorId: string): Promise<void> {
  await sql.run('delete from operator_roles where organization_id = $1 and operator_id = $2', [
    organizationId,
    operatorId,
  ]);
  await sql.run('delete from auth.session where "userId" = $1', [operatorId]);
}

export async function findOperatorByEmail(sql: Sql, email: string): Promise<{ id: string } | undefined> {
  return sql.row('select id from auth."user" where email = $1', [email]);
}

/** Adds an operator whose address is known to be theirs (by invitation, or as the first owner). */
export async function insertOperator(
  sql: Sql,
  operator: {
    id: string;
    name: string;
    email: string;
    passwordHash: string;
    accountId: string;
    nowMs: number;
  },
): Promise<void> {
  await sql.run(
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values ($1, $2, $3, true, $4, $4)`,
    [operator.id, operator.name, operator.email, iso(operator.nowMs)],
  );
  await sql.run(
    `insert into auth.account (id, "userId", "accountId", "providerId", password, "createdAt", "updatedAt")
     values ($1, $2, $2, 'credential', $3, $4, $4)`,
    [operator.accountId, operator.id, operator.passwordHash, iso(operator.nowMs)],
  );
}

export type InvitationRow = {
  id: string;
  organizationId: number;
  email: string;
  role: Exclude<Role, 'owner'>;
  invitedBy: string;
  createdAt: number;
  expiresAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
};

const INVITATION_COLUMNS = `id, organization_id as "organizationId", email, role, invited_by as "invitedBy", created_at as "createdAt",
  expires_at as "expiresAt", accepted_at as "acceptedAt", revoked_at as "revokedAt"`;

export async function insertInvitation(sql: Sql, row: InvitationRow, tokenHash: Buffer): Promise<void> {
  await sql.run(
    `insert into operator_invitations (id, organization_id, email, role, token_hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.organizationId,
      row.email,
      row.role,
      tokenHash,
      row.invitedBy,
      iso(row.createdAt),
      iso(row.expiresAt),
    ],
  );
}

export async function listInvitations(sql: Sql, organizationId: number): Promise<InvitationRow[]> {
  return sql.rows<InvitationRow>(
    `select ${INVITATION_COLUMNS} from operator_invitations where organization_id = $1 order by id desc limit 500`,
    [organizationId],
  );
}

export async function findInvitation(
  sql: Sql,
  organizationId: number,
  id: string,
): Promise<InvitationRow | undefined> {
  return sql.row<InvitationRow>(
    `select ${INVITATION_COLUMNS} from operator_invitations where organization_id = $1 and id = $2 for update`,
    [organizationId, id],
  );
}

export async function findInvitationByToken(sql: Sql, tokenHash: Buffer): Promise<InvitationRow | undefined> {
  return sql.row<InvitationRow>(
    `select ${INVITATION_COLUMNS} from operator_invitations where token_hash = $1 for update`,
    [tokenHash],
  );
}

export async function findOpenInvitation(
  sql: Sql,
  organizationId: number,
  email: string,
  nowMs: number,
): Promise<InvitationRow | undefined> {
  return sql.row<InvitationRow>(
    `select ${INVITATION_COLUMNS} from operator_invitations
     where organization_id = $1 and email = $2 and accepted_at is null and revoked_at is null and expires_at > $3 limit 1`,
    [organizationId, email, iso(nowMs)],
  );
}

/** Ends every invitation of an address that is still open, so that only the newest link works. */
export async function closeInvitations(
  sql: Sql,
  organizationId: number,
  email: string,
  nowMs: number,
): Promise<void> {
  await sql.run(
    `update operator_invitations set revoked_at = $3
     where organization_id = $1 and email = $2 and accepted_at is null and revoked_at is null`,
    [organizationId, email, iso(nowMs)],
  );
}

export async function markInvitation(
  sql: Sql,
  id: string,
  column: 'accepted_at' | 'revoked_at',
  nowMs: number,
): Promise<void> {
  await sql.run(
    `update operator_invitations set ${column} = $2 where id = $1 and accepted_at is null and revoked_at is null`,
    [id, iso(nowMs)],
  );
}

export async function organizationName(sql: Sql, organizationId: number): Promise<string> {
  const row = await sql.row<{ name: string }>('select name from organizations where id = $1', [
    organizationId,
  ]);
  return row?.name ?? '';
}

/** The tenants and the role of an operator; an operator of one organization has one role in all its tenants. */
export async function findOperatorRights(
  sql: Sql,
  operatorId: string,
): Promise<{ tenantId: number; publicId: string; organizationId: number; role: Role }[]> {
  return sql.rows(
    `select t.id as "tenantId", t.public_id as "publicId", t.organization_id as "organizationId", r.role
     from operator_roles r join tenants t on t.organization_id = r.organization_id
     where r.operator_id = $1 order by t.id`,
    [operatorId],
  );
}

export async function findOperator(
  sql: Sql,
  id: string,
): Promise<{ id: string; name: string; email: string; emailVerified: boolean } | undefined> {
  return sql.row('select id, name, email, "emailVerified" from auth."user" where id = $1', [id]);
}

export type AuditEntryRow = {
  id: string;
  seq: bigint;
  actorKind: 'operator' | 'api_key' | 'member' | 'system';
  actorId: string;
  actorName: string | null;
  action: string;
  objectKind: string;
  objectId: string;
  requestId: string | null;
  details: Record<string, unknown>;
  occurredAt: number;
  recordedAt: number;
  sealNumber: number | null;
};

/** Newest first. */
export async function listAudit(
  ctx: QueryCtx,
  filter: { limit: number; before: bigint | null; objectId: string | null },
): Promise<AuditEntryRow[]> {
  const rows = await ctx.sql.rows<AuditEntryRow>(
    `select a.id, a.seq, a.actor_kind as "actorKind", a.actor_id as "actorId", u.name as "actorName", a.action,
       a.object_kind as "objectKind", a.object_id as "objectId", a.request_id as "requestId", a.details,
       a.occurred_at as "occurredAt", a.recorded_at as "recordedAt", a.seal_number as "sealNumber"
     from audit_log a left join auth."user" u on a.actor_kind = 'operator' and u.id = a.actor_id
     where a.tenant_id = $1 and ($3::bigint is null or a.seq < $3) and ($4::text is null or a.object_id = $4)
     order by a.seq desc limit $2`,
    [ctx.tenant.id, filter.limit, filter.before, filter.objectId],
  );
  const names = await namesOfKeys(ctx, rows);
  return rows.map((row) => ({ ...row, actorName: row.actorName ?? names.get(row.actorId) ?? null }));
}

/** Names of the keys that acted, by the id that the log has of them. */
async function namesOfKeys(ctx: QueryCtx, rows: readonly AuditEntryRow[]): Promise<Map<string, string>> {
  const acted = rows.filter(({ actorKind }) => actorKind === 'api_key').map(({ actorId }) => actorId);
  const idOf = new Map<string, string>();
  for (const actorId of new Set(acted)) {
    const id = decodeTypeId('key', actorId);
    if (id.ok) idOf.set(id.value, actorId);
  }
  if (idOf.size === 0) return new Map();
  const keys = await ctx.sql.rows<{ id: string; name: string }>(
    'select id, name from api_keys where tenant_id = $1 and id = any ($2::uuid[])',
    [ctx.tenant.id, [...idOf.keys()]],
  );
  return new Map(keys.map(({ id, name }) => [idOf.get(id) ?? id, name]));
}
