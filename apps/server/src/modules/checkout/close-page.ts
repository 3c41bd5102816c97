import type { Actor, CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { Transactor } from '../../platform/transaction.ts';
import {
  type PaymentProvider,
  ProviderFault,
  type ProviderIntent,
  type ProviderMethod,
  type ProviderSession,
  type Providers,
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
  /** Where Stripe may compute new subscriptions; left out, it may not. */
  atStripe?: AtStripe;
};

export type StripePage = {
  checkout: repo.CheckoutRow;
  providerCustomerId: string;
  trialDays: number;
  successUrl: string;
  cancelUrl: string;
};

export type AtStripe = {
  /** Ends with `plan.not_at_stripe` where nothing at Stripe stands for the version. */
  check(ctx: QueryCtx, versionId: string): Promise<void>;
  open(
    request: CheckoutRequest,
    provider: PaymentProvider,
    page: StripePage,
  ): Promise<{ id: string; url: string | null }>;
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
  // What is being taken is taken to its end: the page is paid, or it is known that it was not.
  if (checkout.settlingAt !== null && checkout.providerSessionId !== null) {
    if (await settlePage(deps, request, provider, checkout.id, checkout.providerSessionId)) return;
  }
  const session =
    checkout.providerSessionId === null ? null : await provider.expireSession(checkout.providerSessionId);
  const result = session?.status === 'complete' ? await fetchResult(provider, session) : null;
  await deps.transactor.command(request, async (ctx) => {
    if (result !== null) return deps.complete(ctx, checkout.id, result);
    // Nobody has an address where there was none yet; whoever is making it sees that the checkout has ended.
    await repo.markExpired(ctx, checkout.id, checkout.status);
  });
}

/**
 * Takes what the customer agreed to, where the provider waits for us: the intent is committed first, the call is
 * repeated under one key until it has an answer, and its success becomes the effect. True if the checkout is completed. A refusal leaves the
 * page open for another way to pay; every other `ProviderFault` is thrown, and the same call is made again later.
 */
export async function settlePage(
  deps: Pick<CheckoutDeps, 'transactor' | 'complete'>,
  request: CheckoutRequest,
  provider: PaymentProvider,
  checkoutId: string,
  sessionId: string,
): Promise<boolean> {
  if (provider.completeSession === undefined) return false;
  const { transactor } = deps;
  // Whoever closed the checkout before has made sure that nothing is taken any more.
  const key = await transactor.command(request, (ctx) => repo.markSettling(ctx, checkoutId, sessionId));
  if (key === null) return false;
  let session: ProviderSession;
  try {
    session = await provider.completeSession(sessionId, key);
  } catch (error) {
    if (!(error instanceof ProviderFault) || error.kind !== 'refused') throw error;
    await transactor.command(request, (ctx) => repo.clearSettling(ctx, checkoutId));
    return false;
  }
  const result = session.status === 'complete' ? await fetchResult(provider, session) : null;
  await transactor.command(request, (ctx) =>
    result === null ? repo.clearSettling(ctx, checkoutId) : deps.complete(ctx, checkoutId, result),
  );
  return result !== null;
}
