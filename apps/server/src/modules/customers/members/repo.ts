import type { MemberRole } from '@billhook/contract/scopes';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type Membership = { customerId: string; userId: string; role: MemberRole };

export type MemberUser = { id: string; name: string; email: string; emailVerified: boolean };

export async function findUser(ctx: QueryCtx, id: string): Promise<MemberUser | undefined> {
  return ctx.sql.row<MemberUser>(
    'select id, name, email, "emailVerified" from member_user where tenant_id = $1 and id = $2',
    [ctx.tenant.id, id],
  );
}

export type MyCustomerRow = {
  id: string;
  name: string;
  role: MemberRole;
  currency: string;
  timeZone: string;
  country: string | null;
  createdAt: number;
};

/** The customers of a user, oldest membership first. */
export async function listCustomersOf(ctx: QueryCtx, userId: string): Promise<MyCustomerRow[]> {
  return ctx.sql.rows<MyCustomerRow>(
    `select c.id, c.name, m.role, c.currency, c.time_zone as "timeZone", c.country, c.created_at as "createdAt"
     from members m join customers c on c.tenant_id = m.tenant_id and c.id = m.customer_id
     where m.tenant_id = $1 and m.user_id = $2 order by m.id`,
    [ctx.tenant.id, userId],
  );
}

/** True if the user was not a member yet. */
export async function insertMember(ctx: CommandCtx, member: Membership): Promise<boolean> {
  const added = await ctx.sql.run(
    `insert into members (tenant_id, id, customer_id, user_id, role, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, customer_id, user_id) do nothing`,
    [ctx.tenant.id, ctx.newId(), member.customerId, member.userId, member.role, iso(ctx.wallNow)],
  );
  return added === 1;
}

export type MemberRow = {
  id: string;
  customerId: string;
  name: string;
  email: string;
  role: MemberRole;
  createdAt: number;
};

export async function listMembers(ctx: QueryCtx, customerId: string): Promise<MemberRow[]> {
  return ctx.sql.rows<MemberRow>(
    `select m.id, m.customer_id as "customerId", u.name, u.email, m.role, m.created_at as "createdAt"
     from members m join member_user u on u.tenant_id = m.tenant_id and u.id = m.user_id
     where m.tenant_id = $1 and m.customer_id = $2 order by m.id limit 1000`,
    [ctx.tenant.id, customerId],
  );
}

export type MemberInvitationRow = {
  id: string;
  customerId: string;
  email: string;
  role: MemberRole;
  createdAt: number;
  expiresAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
};

const INVITATION = `id, customer_id as "customerId", email, role, created_at as "createdAt", expires_at as "expiresAt",
  accepted_at as "acceptedAt", revoked_at as "revokedAt"`;

export async function insertInvitation(
  ctx: CommandCtx,
  row: MemberInvitationRow & { invitedBy: string; tokenHash: Buffer },
): Promise<void> {
  await ctx.sql.run(
    `insert into member_invitations (tenant_id, id, customer_id, email, role, token_hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ctx.tenant.id,
      row.id,
      row.customerId,
      row.email,
      row.role,
      row.tokenHash,
      row.invitedBy,
      iso(row.createdAt),
      iso(row.expiresAt),
    ],
  );
}

/** The invitation of an address that can still be accepted. */
export async function findOpenInvitation(
  ctx: QueryCtx,
  customerId: string,
  email: string,
): Promise<MemberInvitationRow | undefined> {
  return ctx.sql.row<MemberInvitationRow>(
    `select ${INVITATION} from member_invitations
     where tenant_id = $1 and customer_id = $2 and email = $3 and accepted_at is null and revoked_at is null and expires_at > $4
     order by id limit 1`,
    [ctx.tenant.id, customerId, email, iso(ctx.wallNow)],
  );
}

export async function lockInvitationByToken(
  ctx: CommandCtx,
  tokenHash: Buffer,
): Promise<MemberInvitationRow | undefined> {
  return ctx.sql.row<MemberInvitationRow>(
    `select ${INVITATION} from member_invitations where tenant_id = $1 and token_hash = $2 for update`,
    [ctx.tenant.id, tokenHash],
  );
}

export async function markAccepted(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update member_invitations set accepted_at = $3 where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
    iso(ctx.wallNow),
  ]);
}
