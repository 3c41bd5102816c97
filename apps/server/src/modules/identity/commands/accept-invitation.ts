import { hashToken, isWellFormedToken } from '../../../platform/crypto.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import * as repo from '../repo.ts';
import type { Role } from '../roles.ts';
import { INVITATION_PREFIX } from './operators.ts';

export type AcceptDeps = { transactor: Transactor; hashPassword(password: string): Promise<string> };
export type Accepted = { email: string; organizationName: string; role: Role };

/**
 * Takes an invitation: the link proves that the address is theirs, so the operator starts with a confirmed one.
 * Somebody who is an operator already (of another organization) keeps their password and gains the role.
 */
export async function acceptInvitation(
  deps: AcceptDeps,
  asked: { token: string; name: string; password: string },
): Promise<Accepted> {
  if (!isWellFormedToken(INVITATION_PREFIX, asked.token)) unknown();
  // Hashing takes its time on purpose, so it is done before a connection is held.
  const passwordHash = await deps.hashPassword(asked.password);
  const nowMs = deps.transactor.wallNow();
  return deps.transactor.platform(async (sql) => {
    const invitation = await repo.findInvitationByToken(sql, hashToken(asked.token));
    if (invitation === undefined || invitation.acceptedAt !== null || invitation.revokedAt !== null)
      unknown();
    if (invitation.expiresAt <= nowMs)
      refuse('invitation.expired', 'This invitation has run out; ask for a new one.');
    const known = await repo.findOperatorByEmail(sql, invitation.email);
    const id = known?.id ?? deps.transactor.newId();
    if (known === undefined) {
      const accountId = deps.transactor.newId();
      await repo.insertOperator(sql, {
        id,
        name: asked.name,
        email: invitation.email,
        passwordHash,
        accountId,
        nowMs,
      });
    }
    await repo.setRole(sql, invitation.organizationId, id, invitation.role, nowMs);
    await repo.markInvitation(sql, invitation.id, 'accepted_at', nowMs);
    const organizationName = await repo.organizationName(sql, invitation.organizationId);
    return { email: invitation.email, organizationName, role: invitation.role };
  });
}

function unknown(): never {
  refuse(
    'invitation.not_found',
    'There is no open invitation for this link; it may have been used or revoked.',
  );
}
