import { Refusal } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileRequest } from '../../files/api.ts';
import { type PaymentProvider, ProviderFault, type Providers } from '../../payments/api.ts';

type AtProvider = { provider: string; id: string | null; methodIds: string[] };

/**
 * Deletes the customer at each provider, with the methods kept there. Throws `ProviderFault` where one does not answer;
 * what is gone there already is as wished.
 *
 * @returns the customer's ids at providers that the seller has no account at any more: people must see to these
 */
export async function eraseAtProviders(
  deps: { transactor: Transactor; providers: Providers },
  request: FileRequest,
  customerId: string,
): Promise<string[]> {
  const rows = await deps.transactor.query(request, (ctx) =>
    ctx.sql.rows<AtProvider>(
      `select coalesce(p.provider, m.provider) as provider, p.provider_customer_id as id,
         coalesce(m.ids, '{}') as "methodIds"
       from (select provider, provider_customer_id from provider_customers where tenant_id = $1 and customer_id = $2) p
       full join (select provider, array_agg(provider_method_id) as ids from payment_methods
         where tenant_id = $1 and customer_id = $2 and provider_method_id not like 'erased:%' group by provider) m
         on m.provider = p.provider`,
      [ctx.tenant.id, customerId],
    ),
  );
  const left: string[] = [];
  for (const { provider: name, id, methodIds } of rows) {
    const provider = await connected(deps.providers, request.tenantId, name);
    if (provider === null) {
      left.push(`${name}: ${id ?? methodIds.join(', ')}`);
      continue;
    }
    for (const methodId of methodIds) await gone(() => provider.detachMethod(methodId));
    if (id !== null) await gone(async () => provider.deleteCustomer?.(id));
  }
  return left;
}

async function connected(
  providers: Providers,
  tenantId: number,
  name: string,
): Promise<PaymentProvider | null> {
  try {
    return await providers.of(tenantId, name);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** A provider refuses to take away what it does not have. */
async function gone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ProviderFault) || error.kind !== 'refused') throw error;
  }
}
