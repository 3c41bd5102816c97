import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { parseVatNumber } from '@billhook/core/tax/vat-number';
import type { Handlers } from '../../http/handlers.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { customerRowId, keepLocationEvidence, updateCustomer } from '../customers/api.ts';
import { requireMembership } from '../customers/members/api.ts';
import { getCustomerTax, getMyTax, listEvidence } from './queries/customer-tax.ts';

export function taxRoutes(): Pick<
  Handlers<OperatorRoutes>,
  'getCustomerTax' | 'keepLocationEvidence' | 'listLocationEvidence'
> {
  return {
    getCustomerTax: (ctx, { params }) => getCustomerTax(ctx, customerRowId(params.id)),
    listLocationEvidence: (ctx, { params }) => listEvidence(ctx, customerRowId(params.id)),
    keepLocationEvidence: async (ctx, { params, body }) => {
      const id = customerRowId(params.id);
      await keepLocationEvidence(ctx, id, { ...body, detail: body.detail ?? null, source: 'seller' });
      return getCustomerTax(ctx, id);
    },
  };
}

/** @param deps.isBound whether a customer has subscriptions or invoices, which higher modules know */
export function myTaxRoutes(deps: {
  isBound: (ctx: CommandCtx, customerId: string) => Promise<boolean>;
}): Pick<Handlers<MemberRoutes>, 'getMyTax' | 'changeMyTaxId'> {
  return {
    getMyTax: async (ctx) => getMyTax(ctx, (await requireMembership(ctx)).customerId),
    changeMyTaxId: async (ctx, { body }) => {
      const { customerId } = await requireMembership(ctx, ['owner', 'admin']);
      const taxId = body.tax_id?.trim() || null;
      if (taxId !== null) refuseSlip(taxId);
      await updateCustomer(ctx, customerId, { tax_id: taxId }, deps.isBound);
      return getMyTax(ctx, customerId);
    },
  };
}

/** What begins as a VAT number must be one; any other tax number is taken as it is. */
function refuseSlip(taxId: string): void {
  const number = parseVatNumber(taxId);
  if (number.ok || number.refusal.code === 'vat_number.unknown_country') return;
  const { code, detail } = number.refusal;
  refuse('request.invalid', detail, { faults: [{ pointer: '/tax_id', code, detail }] });
}
