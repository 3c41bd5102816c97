import { setTimeout as delay } from 'node:timers/promises';
import type { Actor } from '../../platform/context.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { findProviderCustomer, keepProviderCustomer } from './methods.ts';
import { type PaymentProvider, ProviderFault } from './provider.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** What the provider says while an equal request, sent by somebody else at the same moment, is under way. */
const UNDER_WAY = 'idempotency_key_in_use';
const WAIT_MS = 100;
const MAX_WAITS = 50;

/**
 * The customer's id at the provider, made there at first need. The key is the customer's: a repeat makes no second one,
 * and whoever asks while it is being made waits for it, five seconds at most. Throws `ProviderFault`.
 */
export async function ensureProviderCustomer(
  deps: { transactor: Transactor },
  request: Request,
  provider: PaymentProvider,
  customer: { id: string; name: string; email: string | null },
): Promise<string> {
  const { id, name, email } = customer;
  for (let waits = 0; ; waits += 1) {
    const known = await deps.transactor.query(request, (ctx) => findProviderCustomer(ctx, id, provider.name));
    if (known !== null) return known;
    try {
      const made = await provider.createCustomer({ customerId: id, name, email }, `customer:${id}`);
      return await deps.transactor.command(request, (ctx) =>
        keepProviderCustomer(ctx, id, provider.name, made),
      );
    } catch (error) {
      if (!(error instanceof ProviderFault) || error.code !== UNDER_WAY || waits === MAX_WAITS) throw error;
    }
    await delay(WAIT_MS);
  }
}
