import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../platform/context.ts';
import * as repo from './repo.ts';

/** Names of operators by their id, for pages that show who did something. */
export async function operatorNames(ctx: QueryCtx): Promise<Map<string, string>> {
  const organization = await repo.organizationOf(ctx);
  const operators = await repo.listOperators(ctx.sql, organization.id);
  return new Map(operators.map((operator) => [operator.id, operator.name]));
}

/** The organization that the tenant belongs to. */
export async function getOrganization(ctx: QueryCtx): Promise<{ id: string; name: string }> {
  const organization = await repo.organizationOf(ctx);
  return { id: encodeTypeId('org', organization.publicId), name: organization.name };
}
