import type Stripe from 'stripe';
import type { ProviderAccount } from '../../modules/payments/provider.ts';
import { guarded } from './faults.ts';

/** Where the API is, as the SDK takes it; undefined for Stripe's own. */
type Host = { host: string; port: number; protocol: 'http' | 'https' };

/** Calls the account's client; what the SDK throws becomes a `ProviderFault`. */
export type Call = <T>(act: (stripe: Stripe) => Promise<T>) => Promise<T>;

export type ClientOptions = {
  sandboxUrl: string | null;
  /** Where test accounts find the API; left out for Stripe's own. */
  testUrl?: string | undefined;
  timeoutMs?: number;
};

const CALL_TIMEOUT_MS = 30_000;

/**
 * The SDK's clients, one an account: sandbox tenants talk to the stand-in at `sandboxUrl`, all others to Stripe. The
 * SDK is loaded with the first call, so that a start does not wait for it.
 */
export function createStripeClients(
  options: ClientOptions,
): (account: Pick<ProviderAccount, 'mode' | 'secretKey'>) => Call {
  const clients = new Map<string, Promise<Stripe>>();
  return ({ mode, secretKey }) => {
    const name = `${mode}/${secretKey}`;
    return (act) =>
      guarded(async () => {
        let client = clients.get(name);
        if (client === undefined) {
          const isElsewhere = mode === 'sandbox' || (mode === 'test' && options.testUrl !== undefined);
          const url = mode === 'sandbox' ? options.sandboxUrl : (options.testUrl ?? null);
          const host = isElsewhere ? hostOf(url) : {};
          client = connect(secretKey, host, options.timeoutMs ?? CALL_TIMEOUT_MS);
          clients.set(name, client);
        }
        return act(await client);
      });
  };
}

async function connect(secretKey: string, host: Partial<Host>, timeoutMs: number): Promise<Stripe> {
  const { default: StripeClient } = await import('stripe');
  return new StripeClient(secretKey, {
    ...host,
    // Repeats are ours: an outcome is looked up before anything is sent again.
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
  });
}

function hostOf(sandboxUrl: string | null): Host {
  if (sandboxUrl === null) throw new Error('A sandbox tenant needs the sandbox, and none runs here.');
  const { hostname, port, protocol } = new URL(sandboxUrl);
  const isHttps = protocol === 'https:';
  return { host: hostname, port: Number(port || (isHttps ? 443 : 80)), protocol: isHttps ? 'https' : 'http' };
}
