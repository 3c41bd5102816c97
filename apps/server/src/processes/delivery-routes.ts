import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { presentDelivery } from '../modules/invoicing/api.ts';
import { refuse } from '../platform/refuse.ts';
import { resendByPeppol } from './send-by-peppol.ts';

/** Documents on their way to their readers. */
export function deliveryRoutes(deps: {
  /** Looks at a source of due work soon. */
  wake(source: string): void;
}): Pick<Handlers<OperatorRoutes>, 'resendDelivery'> {
  return {
    resendDelivery: async (ctx, { params }) => {
      const id = decodeTypeId('dlv', params.id);
      if (!id.ok) return refuse('delivery.not_found', 'There is no such delivery.');
      const delivery = await resendByPeppol(ctx, id.value);
      ctx.afterCommit(() => deps.wake('peppol'));
      return { object: 'resent_delivery' as const, delivery: presentDelivery(delivery) };
    },
  };
}
