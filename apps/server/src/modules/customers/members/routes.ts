import type { MemberRoutes } from '@billhook/contract/routes';
import { type Handlers, outside } from '../../../http/handlers.ts';
import type { CommandCtx, QueryCtx, TenantContext } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { createCustomer } from '../commands/create-customer.ts';
import { updateCustomer } from '../commands/update-customer.ts';
import { requireMembership } from './api.ts';
import { acceptMemberInvitation, inviteMember } from './commands/invitations.ts';
import { presentInvitation, presentMember, presentMyCustomer, presentSeller } from './present.ts';
import * as repo from './repo.ts';

export type MemberDeps = {
  transactor: Transactor;
  /** Sends the link of a tenant's portal to the address; the token is in the link and nowhere else. */
  sendInvitation(
    tenantId: number,
    mail: { recipient: string; token: string; inviter: string; team: string; role: string },
  ): void;
  /** Address of a file that anybody may see, such as a logo. */
  logoUrl(tenant: TenantContext, fileId: string): string;
  /** Whether a customer has subscriptions or invoices, which higher modules know. */
  isBound(ctx: CommandCtx, customerId: string): Promise<boolean>;
};

type MemberRouteId =
  | 'getPortalSession'
  | 'listMyCustomers'
  | 'signUpCustomer'
  | 'changeMyCurrency'
  | 'listMyMembers'
  | 'inviteMember'
  | 'acceptMemberInvitation';

export function memberPeopleRoutes(deps: MemberDeps): Pick<Handlers<MemberRoutes>, MemberRouteId> {
  return {
    getPortalSession: (ctx) => getPortalSession(deps, ctx),
    listMyCustomers: async (ctx) =>
      wholeList((await repo.listCustomersOf(ctx, ctx.actor.id)).map(presentMyCustomer)),
    signUpCustomer: async (ctx, { body }) => {
      const user = await repo.findUser(ctx, ctx.actor.id);
      if (user === undefined) refuse('auth.required', 'Sign in to the portal.');
      const customer = await createCustomer(ctx, { ...body, email: user.email });
      await repo.insertMember(ctx, { customerId: customer.id, userId: user.id, role: 'owner' });
      const mine = (await repo.listCustomersOf(ctx, user.id)).find((row) => row.id === customer.id);
      if (mine === undefined) throw new Error('a customer who was just added is missing');
      return presentMyCustomer(mine);
    },
    changeMyCurrency: async (ctx, { body }) => {
      const { customerId } = await requireMembership(ctx, ['owner', 'admin']);
      await updateCustomer(ctx, customerId, { currency: body.currency }, deps.isBound);
      const mine = (await repo.listCustomersOf(ctx, ctx.actor.id)).find((row) => row.id === customerId);
      return presentMyCustomer(mine ?? refuse('customer.not_found', 'There is no such customer.'));
    },
    listMyMembers: async (ctx) => {
      const { customerId } = await requireMembership(ctx);
      return wholeList((await repo.listMembers(ctx, customerId)).map(presentMember));
    },
    inviteMember: outside(async (request, { body }) => {
      const { row, token, inviter, team } = await deps.transactor.command(request, (ctx) =>
        inviteMember(ctx, body),
      );
      deps.sendInvitation(request.tenantId, { recipient: row.email, token, inviter, team, role: row.role });
      return presentInvitation(row);
    }),
    acceptMemberInvitation: async (ctx, { body }) =>
      presentMyCustomer(await acceptMemberInvitation(ctx, body.token)),
  };
}

function wholeList<Item>(data: Item[]) {
  return { object: 'list' as const, data, has_more: false, next_cursor: null };
}

async function getPortalSession(deps: MemberDeps, ctx: QueryCtx) {
  const user = ctx.actor.kind === 'member' ? await repo.findUser(ctx, ctx.actor.id) : undefined;
  const mine = user === undefined ? [] : await repo.listCustomersOf(ctx, user.id);
  return {
    object: 'portal_session' as const,
    seller: presentSeller(ctx, deps.logoUrl),
    user:
      user === undefined
        ? null
        : { id: user.id, name: user.name, email: user.email, email_verified: user.emailVerified },
    customers: mine.map(presentMyCustomer),
  };
}
