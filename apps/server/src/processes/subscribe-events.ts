import type { OutsideRequest } from '../http/handlers.ts';
import { type PaymentProvider, ProviderFault, type Providers } from '../modules/payments/api.ts';
import { refuse } from '../platform/refuse.ts';
import { tenantTypeId } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';

type Deps = {
  transactor: Transactor;
  providers: Providers;
  /** The address that a tenant's provider sends its messages to. */
  webhookUrl(publicId: string, provider: string): string;
};

/**
 * Has Stripe send every event that is read here to the endpoint of this environment. Refusals: `provider.not_configured`,
 * `provider.endpoint_missing`, `provider.unavailable`, and `provider.not_allowed` where the key may not.
 */
export async function subscribeMissingEvents(
  { transactor, providers, webhookUrl }: Deps,
  request: OutsideRequest,
) {
  const provider = await providers.of(request.tenantId, 'stripe');
  const events = providers.connector('stripe')?.webhookEvents ?? [];
  const publicId = await transactor.query(request, async (ctx) => ctx.tenant.publicId);
  const url = webhookUrl(publicId, 'stripe');
  const added = await subscribe(provider, url, events, `events:${request.idempotencyKey}`);
  if (added === null) {
    return refuse('provider.endpoint_missing', `No endpoint at Stripe has the address ${url}.`);
  }
  if (added.length > 0) {
    await transactor.command(request, async (ctx) => {
      ctx.audit({
        action: 'provider_account.subscribe_events',
        objectKind: 'tenant',
        objectId: tenantTypeId(ctx.tenant.publicId),
        details: { added: [...added] },
      });
    });
  }
  return { object: 'webhook_subscription' as const, url, added: [...added], events: [...events] };
}

async function subscribe(
  provider: PaymentProvider,
  url: string,
  events: readonly string[],
  key: string,
): Promise<readonly string[] | null> {
  try {
    return (await provider.subscribeEvents?.(url, events, key)) ?? null;
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    if (error.kind === 'denied')
      return refuse('provider.not_allowed', 'The key may not change webhook endpoints.');
    return refuse('provider.unavailable', `Stripe did not do it: ${error.message}`);
  }
}
