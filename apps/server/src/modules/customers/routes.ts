import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { getCustomer, lockCustomer } from './api.ts';
import { createCustomer } from './commands/create-customer.ts';
import { updateCustomer } from './commands/update-customer.ts';
import { customerRowId } from './ids.ts';
import { phoneOf, presentPhone, putPhone, removePhone } from './phones.ts';
import { presentCustomer } from './present.ts';
import { liftStop } from './text-stops.ts';

type RouteIds =
  | 'createCustomer'
  | 'getCustomer'
  | 'updateCustomer'
  | 'getCustomerPhone'
  | 'putCustomerPhone'
  | 'removeCustomerPhone'
  | 'liftTextStop';

/** @param deps.isBound whether a customer has subscriptions or invoices, which higher modules know */
export function customerRoutes(deps: {
  isBound: (ctx: CommandCtx, customerId: string) => Promise<boolean>;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    createCustomer: async (ctx, { body }) => presentCustomer(await createCustomer(ctx, body)),
    getCustomer: async (ctx, { params }) => presentCustomer(await getCustomer(ctx, customerRowId(params.id))),
    updateCustomer: async (ctx, { params, body }) =>
      presentCustomer(await updateCustomer(ctx, customerRowId(params.id), body, deps.isBound)),
    getCustomerPhone: async (ctx, { params }) => {
      const { id } = await getCustomer(ctx, customerRowId(params.id));
      return presentPhone(id, await phoneOf(ctx, id));
    },
    putCustomerPhone: async (ctx, { params, body }) => {
      const { id } = await lockCustomer(ctx, customerRowId(params.id));
      return presentPhone(id, await putPhone(ctx, id, body));
    },
    liftTextStop: async (ctx, { params, body }) => {
      const { id } = await lockCustomer(ctx, customerRowId(params.id));
      return presentPhone(id, await liftStop(ctx, id, body.reason));
    },
    removeCustomerPhone: async (ctx, { params }) => {
      const { id } = await lockCustomer(ctx, customerRowId(params.id));
      await removePhone(ctx, id);
    },
  };
}
