import type { Actor } from '../../platform/context.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { findProviderCustomer, keepProviderCustomer } from './methods.ts';
import type { PaymentProvider } from './provider.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** The customer's id at the provider, made there at first need. The key is the customer's: a repeat makes no second one. */
export async function ensureProviderCustomer(
  deps: { transactor: Transactor },
  request: Request,
  provider: PaymentProvider,
  customer: { id: string; name: string; email: string | null },
): Promise<string> {
  const known = await deps.transactor.query(request, (ctx) =>
    findProviderCustomer(ctx, customer.id, provider.name),
  );
  if (known !== null) return known;
  const { id, name, email } = customer;
  const made = await provider.createCustomer({ customerId: id, name, email }, `customer:${id}`);
  return deps.transactor.command(request, (ctx) => keepProviderCustomer(ctx, id, provider.name, made));
}
