import type { MemberRole } from '@billhook/contract/scopes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { presentMember } from './present.ts';
import { listCustomersOf, listMembers } from './repo.ts';

export { presentSeller } from './present.ts';
export { findUser } from './repo.ts';

/** The customer that a signed-in user works for, and what they are there. */
export type MyMembership = { customerId: string; userId: string; role: MemberRole };

/**
 * Which customer a request of the portal is about: the one that the header Billhook-Customer names, or the only one.
 * A customer that the user does not belong to is answered like one that does not exist.
 */
export async function requireMembership(ctx: QueryCtx, roles?: readonly MemberRole[]): Promise<MyMembership> {
  if (ctx.actor.kind !== 'member') refuse('auth.required', 'Sign in to the portal.');
  const mine = await listCustomersOf(ctx, ctx.actor.id);
  const chosen =
    ctx.chosenCustomer === null
      ? mine[0]
      : mine.find((customer) => customer.id === uuidOf(ctx.chosenCustomer));
  if (chosen === undefined) refuse('customer.not_found', 'You do not belong to such a customer.');
  if (roles !== undefined && !roles.includes(chosen.role)) {
    refuse('auth.forbidden', `The role ${chosen.role} may not do this.`, {
      facts: { required_roles: roles },
    });
  }
  return { customerId: chosen.id, userId: ctx.actor.id, role: chosen.role };
}

function uuidOf(typeId: string | null): string | undefined {
  const id = typeId === null ? undefined : decodeTypeId('cus', typeId);
  return id?.ok ? id.value : undefined;
}

/** The people of a customer, as staff and the team itself see them. */
export async function listTeam(ctx: QueryCtx, customerId: string) {
  return (await listMembers(ctx, customerId)).map(presentMember);
}
