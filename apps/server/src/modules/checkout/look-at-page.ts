import { MS_PER_SECOND } from '@billhook/core/time/instant';
import { ProviderFault } from '../payments/api.ts';
import { type CheckoutDeps, type CheckoutRequest, settlePage } from './close-page.ts';
import type { CheckoutRow } from './repo.ts';

const PAUSE_MS = 2 * MS_PER_SECOND;
const MAX_REMEMBERED = 1_000;

/**
 * Looks at an open page whose customer is back and waits, where the provider waits for us: it may tell nobody that the
 * customer agreed. Each page is asked for every two seconds at most.
 */
export function pageLooker(
  deps: CheckoutDeps,
): (request: CheckoutRequest, checkout: CheckoutRow) => Promise<void> {
  const lookedAt = new Map<string, number>();
  return async (request, { id, status, provider: name, providerSessionId }) => {
    if (status !== 'open' || providerSessionId === null) return;
    const provider = await deps.providers.of(request.tenantId, name);
    if (provider.completeSession === undefined) return;
    const now = deps.transactor.wallNow();
    if ((lookedAt.get(id) ?? 0) > now - PAUSE_MS) return;
    lookedAt.delete(id);
    lookedAt.set(id, now);
    const [oldest] = lookedAt.keys();
    if (lookedAt.size > MAX_REMEMBERED && oldest !== undefined) lookedAt.delete(oldest);
    try {
      const session = await provider.retrieveSession(providerSessionId);
      if (session.status === 'approved' || session.status === 'complete') {
        await settlePage(deps, request, provider, id, providerSessionId);
      }
    } catch (error) {
      // Nobody waits for an answer of ours in vain: it is looked at again with the next question, and at the page's end.
      if (!(error instanceof ProviderFault)) throw error;
    }
  };
}
