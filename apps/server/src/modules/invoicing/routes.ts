import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import { customerRowId } from '../customers/api.ts';
import { getCustomerTax } from './queries/customer-tax.ts';

export function taxRoutes(): Pick<Handlers<OperatorRoutes>, 'getCustomerTax'> {
  return { getCustomerTax: (ctx, { params }) => getCustomerTax(ctx, customerRowId(params.id)) };
}
