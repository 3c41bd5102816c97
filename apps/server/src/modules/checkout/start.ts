import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Actor, CommandCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { ensureProviderCustomer, ProviderFault, type Providers } from '../payments/api.ts';
import type { Intent } from './intents.ts';
import * as repo from './repo.ts';

export type CheckoutDeps = { transactor: Transactor; providers: Providers };

type Request = { tenantId: number; actor: Actor; requestId: string | null };

/**
 * Starts a hosted page: the checkout is committed first, then the provider is asked under its key, then the address
 * is kept. Nothing is charged before the customer pays there. Refuses with `provider.unavailable` and
 * `provider.not_configured`.
 */
export async function startHostedPage(
  deps: CheckoutDeps,
  request: Request,
  decide: (ctx: CommandCtx) => Promise<Intent>,
): Promise<repo.CheckoutRow> {
  const provider = await deps.providers.of(request.tenantId);
  const intent = await deps.transactor.command(request, decide);
  const { checkout, customer } = intent;
  if (intent.isKnown) return checkout;
  try {
    for (const rival of intent.replaces) {
      if (rival.providerSessionId !== null) await provider.expireSession(rival.providerSessionId);
    }
    const providerCustomerId = await ensureProviderCustomer(deps, request, provider, customer);
    const session = await provider.createCheckoutSession(
      {
        checkoutId: checkout.id,
        mode: checkout.amountMinor > 0n ? 'payment' : 'setup',
        providerCustomerId,
        currency: checkout.currency,
        amountMinor: checkout.amountMinor,
        description: intent.description,
        successUrl: withId(checkout.successUrl, checkout.id),
        cancelUrl: withId(checkout.cancelUrl, checkout.id),
        expiresAt: checkout.expiresAt,
      },
      `checkout:${checkout.id}`,
    );
    await deps.transactor.command(request, (ctx) => repo.markOpen(ctx, checkout.id, session));
    return { ...checkout, status: 'open', providerSessionId: session.id, url: session.url };
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    // Nobody has the address of a page that may have been made, so nothing can be paid there.
    await deps.transactor.command(request, (ctx) => repo.markExpired(ctx, checkout.id));
    return refuse(
      'provider.unavailable',
      'The payment page could not be opened. Nothing was charged; try again.',
    );
  }
}

/** `{CHECKOUT_ID}` in an address becomes our id, so that the page a customer returns to can ask how it went. */
function withId(url: string, checkoutId: string): string {
  return url.replaceAll('{CHECKOUT_ID}', encodeTypeId('chk', checkoutId));
}
