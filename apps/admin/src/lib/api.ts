import { type Billhook, createBillhook } from '@billhook/sdk/operator';

const clients = new Map<string, Billhook>();

/** The client for one tenant, with the cookies of the operator that is signed in. */
export function apiFor(tenant: string): Billhook {
  const known = clients.get(tenant);
  if (known) return known;
  const client = createBillhook({ baseUrl: location.origin, tenant });
  clients.set(tenant, client);
  return client;
}

/** The client for what belongs to no tenant: the session, invitations, the demo. */
export const api = createBillhook({ baseUrl: location.origin });
