import type { Actor, CommandCtx } from '../../platform/context.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type {
  PaymentProvider,
  ProviderIntent,
  ProviderMethod,
  ProviderSession,
  Providers,
} from '../payments/api.ts';
import type { PaymentGuard } from '../risk/api.ts';
import * as repo from './repo.ts';

/** What the provider says of a finished page. */
export type HostedResult = { intent: ProviderIntent | null; method: ProviderMethod | null };

export type CheckoutDeps = {
  transactor: Transactor;
  providers: Providers;
  /** Turns a page that was paid into its effect; a repeat changes nothing. */
  complete(ctx: CommandCtx, checkoutId: string, result: HostedResult): Promise<void>;
  /** Says no to who may not pay here, or tries too often. */
  guard: PaymentGuard;
};

export type CheckoutRequest = {
  tenantId: number;
  actor: Actor;
  requestId: string | null;
  /** Where a person's request came from. */
  address?: string | null;
};

/** Asks the provider for what a page led to: the payment with its fee, and the card. */
export async function fetchResult(
  provider: PaymentProvider,
  session: ProviderSession,
): Promise<HostedResult> {
  const intent = session.intentId === null ? null : await provider.retrieveIntent(session.intentId);
  const methodId = session.methodId ?? intent?.methodId ?? null;
  return { intent, method: methodId === null ? null : await provider.retrieveMethod(methodId) };
}

/**
 * Closes a page for good: at the provider first, so that a checkout is over here only once nothing can be paid there.
 * One that was paid in its last moment is completed instead. Throws `ProviderFault`; the checkout then stays as it is.
 */
export async function closePage(
  deps: Pick<CheckoutDeps, 'transactor' | 'complete'>,
  request: CheckoutRequest,
  provider: PaymentProvider,
  checkout: repo.CheckoutRow,
): Promise<void> {
  const session =
    checkout.providerSessionId === null ? null : await provider.expireSession(checkout.providerSessionId);
  const result = session?.status === 'complete' ? await fetchResult(provider, session) : null;
  await deps.transactor.command(request, async (ctx) => {
    if (result !== null) return deps.complete(ctx, checkout.id, result);
    // Nobody has an address where there was none yet; whoever is making it sees that the checkout has ended.
    await repo.markExpired(ctx, checkout.id, checkout.status);
  });
}
