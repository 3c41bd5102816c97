import { createHmac } from 'node:crypto';
import type { SandboxControl } from '../adapters/sandbox/control.ts';
import { listAccounts, type NewAccount, putProviderAccount } from '../modules/payments/api.ts';
import type { StripeConfig } from '../platform/config.ts';
import type { CommandCtx } from '../platform/context.ts';
import { deriveKey, type SecretBox } from '../platform/crypto.ts';
import type { Log } from '../platform/log.ts';
import { TENANT_COLUMNS, type TenantRow } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';
import { composePayPalSandboxes } from './paypal-sandboxes.ts';

export type ProviderAccountsOptions = {
  transactor: Transactor;
  box: SecretBox;
  masterKey: Uint8Array;
  /** Control address of the payment stand-in. */
  control: SandboxControl;
  /** The seller's own account, for live tenants. */
  stripe: StripeConfig | undefined;
  origin(): string;
  log: Log;
};

const ACCOUNTS = 'sandbox-accounts';
const SETTER = { kind: 'system', id: 'provider-accounts' } as const;

/**
 * Gives each tenant an account at a payment provider: a sandbox one at the stand-in, whose clock moves with the
 * tenant's; a live one the seller's own. What a sandbox account needs is derived from the master key, so that setting it up
 * again changes nothing but the address its webhooks go to.
 */
export function composeProviderAccounts(options: ProviderAccountsOptions) {
  const key = deriveKey(options.masterKey, ACCOUNTS);
  const accounts = new Map<number, Promise<string>>();
  const { derive, hookTokenOf, webhookUrlOf } = derivedNames(key, options.origin);
  const payPal = composePayPalSandboxes({ ...options, derive, hookTokenOf, webhookUrlOf });

  async function setUpSandbox(tenant: TenantRow): Promise<string> {
    const secretKey = sandboxStripeKey(options.masterKey, tenant.public_id);
    const webhookSecret = `whsec_${derive(tenant.public_id, 'webhook')}`;
    const hookToken = hookTokenOf(tenant.public_id);
    const view = await options.control.putAccount({
      key: secretKey,
      sellerName: tenant.name,
      webhookUrl: webhookUrlOf(tenant.public_id),
      webhookSecret,
    });
    if (view.frozenAtMs !== tenant.frozen_at) await options.control.setClock(view.id, tenant.frozen_at);
    const hasPayPal = await putOnce(options, tenant.id, {
      provider: 'stripe',
      mode: 'sandbox',
      secretKey,
      publicId: null,
      webhookSecret,
      hookToken,
    });
    if (hasPayPal) await payPal.setUp(tenant);
    return view.id;
  }

  async function setUpLive(tenant: TenantRow, stripe: StripeConfig): Promise<void> {
    const mode = stripe.secretKey.includes('_live_') ? ('live' as const) : ('test' as const);
    const hookToken = hookTokenOf(tenant.public_id);
    await putOnce(options, tenant.id, {
      provider: 'stripe',
      mode,
      secretKey: stripe.secretKey,
      publicId: null,
      webhookSecret: stripe.webhookSecret,
      hookToken,
    });
  }

  async function prepare(tenant: TenantRow): Promise<void> {
    if (tenant.kind === 'sandbox') {
      const account = setUpSandbox(tenant);
      accounts.set(tenant.id, account);
      account.catch(() => accounts.delete(tenant.id));
      await account;
    } else if (options.stripe !== undefined) {
      await setUpLive(tenant, options.stripe);
    }
  }

  return {
    prepare,
    prepareAll: () => prepareAll(options, prepare),
    /** Where the provider of a tenant sends its webhooks; the same at every start, also before there is an account. */
    webhookUrlOf,
    /** Sandbox accounts at the stand-in for PayPal. */
    payPal,
    /** The seller's own account at Stripe, entered in the settings. What the server was started with goes before it. */
    putStripe: (
      ctx: CommandCtx,
      keys: Pick<NewAccount, 'mode' | 'secretKey' | 'webhookSecret'>,
    ): Promise<void> =>
      putProviderAccount(ctx, options.box, {
        ...keys,
        provider: 'stripe',
        publicId: null,
        hookToken: hookTokenOf(ctx.tenant.publicId),
      }),
    hookTokenOf,
    /** The account at the stand-in; null for a tenant that has none there. */
    async sandboxAccountOf(tenantId: number): Promise<string | null> {
      return (await accounts.get(tenantId)) ?? null;
    },
  };
}

/** Names that are the same at every start, because they are derived. */
const derivedOf = (key: Uint8Array, publicId: string, what: string): string =>
  createHmac('sha256', key).update(`${what}/${publicId}`).digest('hex').slice(0, 48);

/** The key of a sandbox tenant's account at the stand-in for Stripe. */
export function sandboxStripeKey(masterKey: Uint8Array, publicId: string): string {
  return `sk_test_${derivedOf(deriveKey(masterKey, ACCOUNTS), publicId, 'key')}`;
}

function derivedNames(key: Uint8Array, origin: () => string) {
  const derive = (publicId: string, what: string) => derivedOf(key, publicId, what);

  const hookTokenOf = (publicId: string, provider = 'stripe') =>
    derive(publicId, provider === 'stripe' ? 'hook' : `hook/${provider}`);
  const webhookUrlOf = (publicId: string, provider?: string) =>
    `${origin()}/hooks/${hookTokenOf(publicId, provider)}`;
  return { derive, hookTokenOf, webhookUrlOf };
}

/** Writes an account. True where the tenant also has one at the stand-in for PayPal. */
async function putOnce(
  { transactor, box }: ProviderAccountsOptions,
  tenantId: number,
  account: NewAccount,
): Promise<boolean> {
  return transactor.command({ tenantId, actor: SETTER, requestId: null }, async (ctx) => {
    const known = await listAccounts(ctx);
    const same = known.find(({ provider }) => provider === account.provider);
    // A sandbox account is the same at every start; writing it again would fill the audit list.
    if (same?.mode !== 'sandbox') await putProviderAccount(ctx, box, account);
    return known.some(({ provider, mode }) => provider === 'paypal' && mode === 'sandbox');
  });
}

/** Sets up every tenant; a failure of one is logged and does not keep the others. */
async function prepareAll(
  { transactor, log }: ProviderAccountsOptions,
  prepare: (tenant: TenantRow) => Promise<void>,
): Promise<void> {
  const tenants = await transactor.lookUp((sql) =>
    sql.rows<TenantRow>(`select ${TENANT_COLUMNS} from tenants order by id`),
  );
  for (const tenant of tenants) {
    await prepare(tenant).catch((error: unknown) =>
      log.warn({ tenantId: tenant.id, reason: String(error) }, 'a provider account was not set up'),
    );
  }
}
