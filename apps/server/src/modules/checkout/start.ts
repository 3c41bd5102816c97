import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../platform/context.ts';
import { Refusal, refuse } from '../../platform/refuse.ts';
import { ensureProviderCustomer, type PaymentProvider, ProviderFault } from '../payments/api.ts';
import { type CheckoutDeps, type CheckoutRequest, closePage, type StripePage } from './close-page.ts';
import type { Intent } from './intents.ts';
import * as repo from './repo.ts';

/** More rounds than this mean that others ask for pages all the time. */
const MAX_ROUNDS = 8;

type OpenIntent = Extract<Intent, { kind: 'new' }>;

/**
 * Starts a hosted page: pages that are in its way are closed, the checkout is committed, then the provider is asked
 * under its key, then the address is kept. Nothing is charged before the customer pays there. Of those who ask at once,
 * the last one gets the page. Refuses with `checkout.superseded`, `payment.blocked`, `payment.too_many_tries`, `provider.unavailable` and
 * `provider.not_configured`.
 *
 * @param decide is asked again after each closing, because a page may have been paid in its last moment
 */
export async function startHostedPage(
  deps: CheckoutDeps,
  request: CheckoutRequest,
  decide: (ctx: CommandCtx) => Promise<Intent>,
): Promise<repo.CheckoutRow> {
  try {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const intent = await deps.transactor.command(request, decide);
      if (intent.kind === 'known') return intent.checkout;
      if (intent.kind === 'new') return await openPage(deps, request, intent);
      // Whoever gives up closes nothing more: else of those who ask at once all could be left without a page.
      if (round === MAX_ROUNDS - 1) break;
      for (const rival of intent.rivals) {
        const provider = await deps.providers.of(request.tenantId, rival.provider);
        await closePage(deps, request, provider, rival);
      }
    }
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return refuse(
      'provider.unavailable',
      'The payment page could not be opened. Nothing was charged; try again.',
    );
  }
  return superseded();
}

function superseded(): never {
  return refuse('checkout.superseded', 'Another page for the same purpose was asked for meanwhile.');
}

async function openPage(
  deps: CheckoutDeps,
  request: CheckoutRequest,
  intent: OpenIntent,
): Promise<repo.CheckoutRow> {
  const { checkout, customer, description } = intent;
  try {
    await deps.guard(request, {
      customerId: checkout.customerId,
      kind: 'page',
      cardMark: null,
      cardCountry: null,
      amountMinor: checkout.amountMinor,
      currency: checkout.currency,
    });
    const provider = await deps.providers.of(request.tenantId, checkout.provider);
    const providerCustomerId = await ensureProviderCustomer(deps, request, provider, customer);
    const returns = {
      successUrl: withId(checkout.successUrl, checkout.id),
      cancelUrl: withId(checkout.cancelUrl, checkout.id),
    };
    const page = { checkout, providerCustomerId, trialDays: intent.trialDays, ...returns };
    const session =
      checkout.authority === 'stripe'
        ? await openAtStripe(deps, request, provider, page)
        : await provider.createCheckoutSession(
            {
              checkoutId: checkout.id,
              mode: checkout.amountMinor > 0n ? 'payment' : 'setup',
              providerCustomerId,
              currency: checkout.currency,
              amountMinor: checkout.amountMinor,
              // Whoever has the address may pay what was asked for, and is not charged for anything else.
              saveMethod: checkout.purpose !== 'request',
              description,
              ...returns,
              expiresAt: checkout.expiresAt,
            },
            `checkout:${checkout.id}`,
          );
    const isOpen = await deps.transactor.command(request, (ctx) => repo.markOpen(ctx, checkout.id, session));
    if (isOpen) return { ...checkout, status: 'open', providerSessionId: session.id, url: session.url };
    // Another request ended this checkout while its page was made. Nobody has the address, and nobody will.
    await provider.expireSession(session.id);
  } catch (error) {
    if (!(error instanceof ProviderFault || error instanceof Refusal)) throw error;
    // Nobody has the address of a page that may have been made, so nothing can be paid there.
    await deps.transactor.command(request, (ctx) => repo.markExpired(ctx, checkout.id, 'creating'));
    throw error;
  }
  return superseded();
}

function openAtStripe(
  { atStripe }: CheckoutDeps,
  request: CheckoutRequest,
  provider: PaymentProvider,
  page: StripePage,
): Promise<{ id: string; url: string | null }> {
  if (atStripe === undefined)
    return refuse('provider.not_configured', 'Stripe bills no subscriptions for this tenant.');
  return atStripe.open(request, provider, page);
}

/** `{CHECKOUT_ID}` in an address becomes our id, so that the page a customer returns to can ask how it went. */
function withId(url: string, checkoutId: string): string {
  return url.replaceAll('{CHECKOUT_ID}', encodeTypeId('chk', checkoutId));
}
