import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import type { MethodKind, ProviderConnector } from '../provider.ts';

/**
 * Chooses the account for new checkouts, and the kinds of methods that its pages offer. Checkouts that are open stay
 * where they are. Refuses with `provider.not_configured`, also for a kind that the provider does not have.
 */
export async function updateAccount(
  ctx: CommandCtx,
  connector: ProviderConnector,
  change: { makeDefault: boolean; methodKinds: readonly MethodKind[] | null },
): Promise<void> {
  const unknown = change.methodKinds?.find((kind) => !connector.methodKinds.includes(kind));
  if (unknown !== undefined) {
    refuse('provider.not_configured', `${connector.title} has no ${unknown}.`, {
      faults: [
        { pointer: '/method_kinds', code: 'unsupported', detail: `${connector.title} has no ${unknown}.` },
      ],
    });
  }
  const changed = await ctx.sql.run(
    `update provider_accounts set method_kinds = coalesce($3, method_kinds), updated_at = $4
     where tenant_id = $1 and provider = $2`,
    [ctx.tenant.id, connector.name, change.methodKinds, iso(ctx.wallNow)],
  );
  if (changed === 0) {
    refuse('provider.not_configured', `No account at ${connector.title} is set up for this tenant.`);
  }
  // Two statements, because at most one may be the default at any moment.
  if (change.makeDefault) {
    await ctx.sql.run(
      'update provider_accounts set is_default = false where tenant_id = $1 and is_default and provider <> $2',
      [ctx.tenant.id, connector.name],
    );
    await ctx.sql.run(
      'update provider_accounts set is_default = true where tenant_id = $1 and provider = $2',
      [ctx.tenant.id, connector.name],
    );
  }
  ctx.audit({
    action: 'provider_account.update',
    objectKind: 'provider_account',
    objectId: connector.name,
    details: {
      ...(change.makeDefault ? { is_default: true } : {}),
      ...(change.methodKinds === null ? {} : { method_kinds: change.methodKinds.join(', ') }),
    },
  });
}
