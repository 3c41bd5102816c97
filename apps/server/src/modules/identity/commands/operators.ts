import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../platform/context.ts';
import { hashToken, newToken } from '../../../platform/crypto.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { InvitationRow, OperatorRow } from '../repo.ts';
import * as repo from '../repo.ts';
import { mayGrant, type Role } from '../roles.ts';

const INVITATION_MS = 7 * 86_400_000;
export const INVITATION_PREFIX = 'inv_';

/** The role of whoever acts, read under the lock that also guards the change. */
function actingRole(ctx: CommandCtx, roles: ReadonlyMap<string, Role>): Role {
  return (
    roles.get(ctx.actor.id) ?? refuse('auth.forbidden', 'You do not belong to this organization any more.')
  );
}

export type Invited = { row: InvitationRow; token: string; inviter: string; organization: string };

/** Invites an address. The token is handed to the mail and not kept. An invitation that has run out is closed. */
export async function inviteOperator(
  ctx: CommandCtx,
  asked: { email: string; role: Exclude<Role, 'owner'> },
): Promise<Invited> {
  const organization = await repo.organizationOf(ctx);
  const email = asked.email.toLowerCase();
  const roles = await repo.lockRoles(ctx.sql, organization.id);
  if (!mayGrant(actingRole(ctx, roles), asked.role))
    refuse('auth.forbidden', 'Only owners and admins invite.');
  const operators = await repo.listOperators(ctx.sql, organization.id);
  if (operators.some((operator) => operator.email === email)) {
    refuse('operator.already_exists', 'This address already belongs to an operator of the organization.');
  }
  const open = await repo.findOpenInvitation(ctx.sql, organization.id, email, ctx.wallNow);
  if (open !== undefined)
    refuse('invitation.already_exists', 'This address has an open invitation; revoke it to send a new one.');
  await repo.closeInvitations(ctx.sql, organization.id, email, ctx.wallNow);
  const inviter = operators.find((operator) => operator.id === ctx.actor.id)?.name ?? 'An admin';
  const token = newToken(INVITATION_PREFIX, ctx.randomBytes);
  const row: InvitationRow = {
    id: ctx.newId(),
    organizationId: organization.id,
    email,
    role: asked.role,
    invitedBy: inviter,
    createdAt: ctx.wallNow,
    expiresAt: ctx.wallNow + INVITATION_MS,
    acceptedAt: null,
    revokedAt: null,
  };
  await repo.insertInvitation(ctx.sql, row, hashToken(token));
  ctx.audit({
    action: 'operator.invite',
    objectKind: 'invitation',
    objectId: encodeTypeId('oin', row.id),
    details: { email, role: row.role },
  });
  return { row, token, inviter, organization: organization.name };
}

export async function revokeInvitation(ctx: CommandCtx, id: string): Promise<InvitationRow> {
  const organization = await repo.organizationOf(ctx);
  const row = await repo.findInvitation(ctx.sql, organization.id, id);
  if (row === undefined) refuse('invitation.not_found', 'There is no invitation with this id.');
  if (row.acceptedAt !== null || row.revokedAt !== null) return row;
  await repo.markInvitation(ctx.sql, id, 'revoked_at', ctx.wallNow);
  ctx.audit({
    action: 'operator.revoke_invitation',
    objectKind: 'invitation',
    objectId: encodeTypeId('oin', id),
    details: { email: row.email },
  });
  return { ...row, revokedAt: ctx.wallNow };
}

export async function changeOperatorRole(
  ctx: CommandCtx,
  operatorId: string,
  role: Role,
): Promise<OperatorRow> {
  const organization = await repo.organizationOf(ctx);
  const roles = await repo.lockRoles(ctx.sql, organization.id);
  const before = roles.get(operatorId) ?? refuse('operator.not_found', 'There is no operator with this id.');
  if (!mayGrant(actingRole(ctx, roles), before, role))
    refuse('auth.forbidden', 'Only an owner makes or unmakes owners.');
  if (before === 'owner' && role !== 'owner') keepOneOwner(roles);
  await repo.setRole(ctx.sql, organization.id, operatorId, role, ctx.wallNow);
  ctx.audit({
    action: 'operator.change_role',
    objectKind: 'operator',
    objectId: operatorId,
    details: { before, after: role },
  });
  const operators = await repo.listOperators(ctx.sql, organization.id);
  return (
    operators.find((operator) => operator.id === operatorId) ??
    refuse('operator.not_found', 'There is no operator with this id.')
  );
}

/** Takes an operator out of the organization and signs them out everywhere. */
export async function removeOperator(ctx: CommandCtx, operatorId: string): Promise<void> {
  const organization = await repo.organizationOf(ctx);
  const roles = await repo.lockRoles(ctx.sql, organization.id);
  const before = roles.get(operatorId) ?? refuse('operator.not_found', 'There is no operator with this id.');
  if (!mayGrant(actingRole(ctx, roles), before)) refuse('auth.forbidden', 'Only an owner removes owners.');
  if (before === 'owner') keepOneOwner(roles);
  await repo.removeRole(ctx.sql, organization.id, operatorId);
  ctx.audit({
    action: 'operator.remove',
    objectKind: 'operator',
    objectId: operatorId,
    details: { role: before },
  });
}

function keepOneOwner(roles: ReadonlyMap<string, Role>): void {
  const owners = [...roles.values()].filter((role) => role === 'owner').length;
  if (owners < 2) refuse('operator.last_owner', 'The organization would be left without an owner.');
}
