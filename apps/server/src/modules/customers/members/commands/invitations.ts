import type { MemberRole } from '@billhook/contract/scopes';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../../../platform/context.ts';
import { hashToken, isWellFormedToken, newToken } from '../../../../platform/crypto.ts';
import { refuse } from '../../../../platform/refuse.ts';
import { requireMembership } from '../api.ts';
import * as repo from '../repo.ts';

const INVITATION_MS = 7 * 86_400_000;
const PREFIX = 'minv_';

export type Invited = { row: repo.MemberInvitationRow; token: string; inviter: string; team: string };

/** Invites an address to the customer. The token goes into the mail alone; its hash is kept. */
export async function inviteMember(
  ctx: CommandCtx,
  asked: { email: string; role: MemberRole },
): Promise<Invited> {
  const mine = await requireMembership(ctx, ['owner', 'admin']);
  if (asked.role === 'owner' && mine.role !== 'owner')
    refuse('auth.forbidden', 'Only an owner makes owners.');
  const email = asked.email.toLowerCase();
  const members = await repo.listMembers(ctx, mine.customerId);
  if (members.some((member) => member.email === email))
    refuse('member.already_exists', 'This person is a member already.');
  if ((await repo.findOpenInvitation(ctx, mine.customerId, email)) !== undefined) {
    refuse('invitation.already_exists', 'This address has an open invitation already.');
  }
  const inviter = await repo.findUser(ctx, mine.userId);
  const customers = await repo.listCustomersOf(ctx, mine.userId);
  const token = newToken(PREFIX, ctx.randomBytes);
  const row: repo.MemberInvitationRow = {
    id: ctx.newId(),
    customerId: mine.customerId,
    email,
    role: asked.role,
    createdAt: ctx.wallNow,
    expiresAt: ctx.wallNow + INVITATION_MS,
    acceptedAt: null,
    revokedAt: null,
  };
  await repo.insertInvitation(ctx, { ...row, invitedBy: mine.userId, tokenHash: hashToken(token) });
  ctx.audit({
    action: 'member.invite',
    objectKind: 'member_invitation',
    objectId: encodeTypeId('min', row.id),
    // Whom it was for stands with the invitation, which can be erased; this cannot.
    details: { role: row.role },
  });
  const team = customers.find((customer) => customer.id === mine.customerId)?.name ?? '';
  return { row, token, inviter: inviter?.name ?? 'A member', team };
}

/**
 * Joins the customer that the invitation names. The invited address must be the one that is signed in: a link that
 * was passed on opens nothing.
 */
export async function acceptMemberInvitation(ctx: CommandCtx, token: string): Promise<repo.MyCustomerRow> {
  const invitation = isWellFormedToken(PREFIX, token)
    ? await repo.lockInvitationByToken(ctx, hashToken(token))
    : undefined;
  const user = await repo.findUser(ctx, ctx.actor.id);
  const isOpen = invitation !== undefined && invitation.acceptedAt === null && invitation.revokedAt === null;
  if (!isOpen || user === undefined || user.email !== invitation.email) {
    refuse('invitation.not_found', 'There is no open invitation of this address for this link.');
  }
  if (invitation.expiresAt <= ctx.wallNow)
    refuse('invitation.expired', 'This invitation has run out; ask for a new one.');
  const added = await repo.insertMember(ctx, {
    customerId: invitation.customerId,
    userId: user.id,
    role: invitation.role,
  });
  if (!added) refuse('member.already_exists', 'You are a member already.');
  await repo.markAccepted(ctx, invitation.id);
  ctx.audit({
    action: 'member.join',
    objectKind: 'customer',
    objectId: encodeTypeId('cus', invitation.customerId),
    details: { role: invitation.role },
  });
  const mine = await repo.listCustomersOf(ctx, user.id);
  const joined = mine.find((customer) => customer.id === invitation.customerId);
  if (joined === undefined) throw new Error('a member who was just added is missing');
  return joined;
}
