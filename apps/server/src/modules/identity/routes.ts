import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, open, outside } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { pageOfAll } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { findTenantById, listTenantsOf, type TenantRow } from '../../platform/tenants.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { acceptInvitation } from './commands/accept-invitation.ts';
import { createApiKey, revokeApiKey } from './commands/api-keys.ts';
import {
  changeOperatorRole,
  inviteOperator,
  removeOperator,
  revokeInvitation,
} from './commands/operators.ts';
import { createTenant, updateTenant } from './commands/tenants.ts';
import { presentInvitation, presentKey, presentOperator, presentTenant } from './present.ts';
import { listApiKeys, listAudit } from './queries/lists.ts';
import * as repo from './repo.ts';
import { readSettings } from './settings.ts';

export type IdentityDeps = {
  transactor: Transactor;
  hashPassword(password: string): Promise<string>;
  /** Address of a tenant's portal, without a slash at the end. */
  portalUrl(slug: string): string;
  /** Gives a new tenant what it needs outside the database, such as an account at the payment stand-in. */
  prepareTenant(tenant: TenantRow): Promise<void>;
  /** Sends the link to the address; the token is in the link and nowhere else. */
  sendInvitation(
    tenantId: number,
    mail: {
      recipient: string;
      token: string;
      inviter: string;
      team: string;
      role: string;
    },
  ): void;
};

type IdentityRouteId =
  | 'getSession'
  | 'listApiKeys'
  | 'createApiKey'
  | 'revokeApiKey'
  | 'listOperators'
  | 'changeOperatorRole'
  | 'removeOperator'
  | 'listInvitations'
  | 'inviteOperator'
  | 'revokeInvitation'
  | 'acceptInvitation'
  | 'listAudit'
  | 'listTenants'
  | 'createTenant'
  | 'getTenant'
  | 'updateTenant';

export function identityRoutes(deps: IdentityDeps): Pick<Handlers<OperatorRoutes>, IdentityRouteId> {
  return { ...keyRoutes(), ...peopleRoutes(deps), ...tenantRoutes(deps) };
}

function keyRoutes() {
  return {
    listApiKeys: (ctx, { query }) => listApiKeys(ctx, query),
    createApiKey: async (ctx, { body }) => {
      const { row, secret } = await createApiKey(ctx, body);
      return { ...presentKey(row), secret };
    },
    revokeApiKey: async (ctx, { params }) => presentKey(await revokeApiKey(ctx, uuidOf('key', params.id))),
    listAudit: (ctx, { query }) => listAudit(ctx, query),
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

function peopleRoutes(deps: IdentityDeps) {
  return {
    getSession: (ctx) => getSession(deps, ctx),
    listOperators: async (ctx, { query }) => {
      const organization = await repo.organizationOf(ctx);
      return pageOfAll((await repo.listOperators(ctx.sql, organization.id)).map(presentOperator), query);
    },
    changeOperatorRole: async (ctx, { params, body }) =>
      presentOperator(await changeOperatorRole(ctx, params.id, body.role)),
    removeOperator: async (ctx, { params }) => {
      await removeOperator(ctx, params.id);
      return undefined;
    },
    listInvitations: async (ctx, { query }) => {
      const organization = await repo.organizationOf(ctx);
      return pageOfAll((await repo.listInvitations(ctx.sql, organization.id)).map(presentInvitation), query);
    },
    inviteOperator: outside(async (request, { body }) => {
      const invited = await deps.transactor.command(request, (ctx) => inviteOperator(ctx, body));
      const { row, token, inviter, organization } = invited;
      deps.sendInvitation(request.tenantId, {
        recipient: row.email,
        token,
        inviter,
        team: organization,
        role: row.role,
      });
      return presentInvitation(row);
    }),
    revokeInvitation: async (ctx, { params }) =>
      presentInvitation(await revokeInvitation(ctx, uuidOf('oin', params.id))),
    acceptInvitation: open(async (_request, { body }) => {
      const accepted = await acceptInvitation(deps, body);
      return {
        object: 'accepted_invitation' as const,
        email: accepted.email,
        organization_name: accepted.organizationName,
        role: accepted.role,
      };
    }),
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

function tenantRoutes(deps: IdentityDeps) {
  const present = (ctx: QueryCtx | CommandCtx, row: Parameters<typeof presentTenant>[0]) =>
    presentTenant(row, ctx.wallNow, deps.portalUrl);
  return {
    listTenants: async (ctx) => {
      const organization = await repo.organizationOf(ctx);
      const tenants = await listTenantsOf(ctx.sql, organization.id);
      return {
        object: 'list' as const,
        data: tenants.map((row) => present(ctx, row)),
        has_more: false,
        next_cursor: null,
      };
    },
    createTenant: outside(async (request, { body }) => {
      const made = await deps.transactor.command(request, async (ctx) => {
        const row = await createTenant(ctx, body);
        return { row, shown: present(ctx, row) };
      });
      await deps.prepareTenant(made.row);
      return made.shown;
    }),
    getTenant: async (ctx) => {
      const row = await findTenantById(ctx.sql, ctx.tenant.id);
      return present(ctx, row ?? refuse('tenant.not_found', 'There is no such tenant.'));
    },
    updateTenant: async (ctx, { body }) => {
      const { settings, ...rest } = body;
      const change = settings === undefined ? rest : { ...rest, settings: readSettings(settings) };
      return present(ctx, await updateTenant(ctx, change));
    },
  } satisfies Partial<Handlers<OperatorRoutes>>;
}

async function getSession(deps: IdentityDeps, ctx: QueryCtx) {
  const organization = await repo.organizationOf(ctx);
  const operator = await repo.findOperator(ctx.sql, ctx.actor.id);
  const rights = await repo.findOperatorRights(ctx.sql, ctx.actor.id);
  const role = rights.find((right) => right.tenantId === ctx.tenant.id)?.role;
  if (operator === undefined || role === undefined)
    refuse('auth.required', 'Your account is not there any more.');
  const tenants = await listTenantsOf(ctx.sql, organization.id);
  return {
    object: 'session' as const,
    operator: {
      id: operator.id,
      name: operator.name,
      email: operator.email,
      email_verified: operator.emailVerified,
    },
    organization: { id: encodeTypeId('org', organization.publicId), name: organization.name },
    role,
    tenants: tenants.map((row) => presentTenant(row, ctx.wallNow, deps.portalUrl)),
  };
}

/** The contract has checked the form, so a failure here is a bug. */
function uuidOf(prefix: string, typeId: string): string {
  const id = decodeTypeId(prefix, typeId);
  if (!id.ok) throw new Error(`${typeId} passed the contract and is no id of ${prefix}`);
  return id.value;
}
