import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { getCustomer } from './api.ts';
import { createCustomer } from './commands/create-customer.ts';
import { updateCustomer } from './commands/update-customer.ts';
import { customerRowId } from './ids.ts';
import { presentCustomer } from './present.ts';

type RouteIds = 'createCustomer' | 'getCustomer' | 'updateCustomer';

/** @param deps.isBound whether a customer has subscriptions or invoices, which higher modules know */
export function customerRoutes(deps: {
  isBound: (ctx: CommandCtx, customerId: string) => Promise<boolean>;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createCustomer: async (ctx, { body }) => presentCustomer(await createCustomer(ctx, body)),
    getCustomer: async (ctx, { params }) => presentCustomer(await getCustomer(ctx, customerRowId(params.id))),
    updateCustomer: async (ctx, { params, body }) =>
      presentCustomer(await updateCustomer(ctx, customerRowId(params.id), body, deps.isBound)),
  };
}
