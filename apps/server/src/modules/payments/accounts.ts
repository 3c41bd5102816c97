import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/crypto.ts';
import { hashToken } from '../../platform/crypto.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { MethodKind, PaymentProvider, ProviderConnector } from './provider.ts';

export type NewAccount = {
  provider: string;
  mode: 'sandbox' | 'test' | 'live';
  secretKey: string;
  /** What identifies the account and is no secret; null where the provider has no such thing. */
  publicId: string | null;
  webhookSecret: string;
  /** Random part of the address that the provider calls; only its hash is stored. */
  hookToken: string;
};

export type AccountRow = {
  provider: string;
  mode: NewAccount['mode'];
  publicId: string | null;
  methodKinds: MethodKind[];
  isDefault: boolean;
  secretKeyCipher: Uint8Array;
  webhookSecretCipher: Uint8Array;
};

const place = (tenantId: number, provider: string, column: string) => ({
  tenantId,
  // The first provider's secrets were sealed before there were others.
  column: `provider_accounts.${provider === 'stripe' ? '' : `${provider}.`}${column}`,
});

/**
 * Sets up, or replaces, the seller's account at a provider. Secrets are stored sealed and never shown again. The first
 * account is the one that new checkouts go to.
 */
export async function putProviderAccount(
  ctx: CommandCtx,
  box: SecretBox,
  account: NewAccount,
): Promise<void> {
  const { id } = ctx.tenant;
  const { provider } = account;
  await ctx.sql.run(
    `insert into provider_accounts (tenant_id, provider, mode, public_id, secret_key_cipher, webhook_secret_cipher,
       is_default, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6,
       not exists (select 1 from provider_accounts where tenant_id = $1 and is_default), $7, $7)
     on conflict (tenant_id, provider) do update
       set mode = $3, public_id = $4, secret_key_cipher = $5, webhook_secret_cipher = $6, updated_at = $7`,
    [
      id,
      provider,
      account.mode,
      account.publicId,
      box.seal(account.secretKey, place(id, provider, 'secret_key')),
      box.seal(account.webhookSecret, place(id, provider, 'webhook_secret')),
      iso(ctx.wallNow),
    ],
  );
  await ctx.sql.run('delete from hook_endpoints where tenant_id = $1 and provider = $2', [id, provider]);
  await ctx.sql.run(
    'insert into hook_endpoints (token_hash, tenant_id, provider, created_at) values ($1, $2, $3, $4)',
    [hashToken(account.hookToken), id, provider, iso(ctx.wallNow)],
  );
  ctx.audit({
    action: 'provider_account.put',
    objectKind: 'provider_account',
    objectId: provider,
    details: { mode: account.mode },
  });
}

/** The tenant behind the random part of a hook address. */
export async function findHookEndpoint(
  sql: Sql,
  token: string,
): Promise<{ tenantId: number; provider: string } | undefined> {
  return sql.row('select tenant_id as "tenantId", provider from hook_endpoints where token_hash = $1', [
    hashToken(token),
  ]);
}

const NOT_CONFIGURED = 'No payment provider is set up for this tenant.';

const ACCOUNT = `provider, mode, public_id as "publicId", method_kinds as "methodKinds", is_default as "isDefault",
  secret_key_cipher as "secretKeyCipher", webhook_secret_cipher as "webhookSecretCipher"`;

/** The tenant's accounts, the one for new checkouts first. */
export function listAccounts(ctx: QueryCtx): Promise<AccountRow[]> {
  return ctx.sql.rows<AccountRow>(
    `select ${ACCOUNT} from provider_accounts where tenant_id = $1 order by is_default desc, provider`,
    [ctx.tenant.id],
  );
}

/** The account at a provider; without a name, the one that new checkouts go to. */
async function loadAccount(ctx: QueryCtx, provider: string | null): Promise<AccountRow | undefined> {
  return ctx.sql.row<AccountRow>(
    `select ${ACCOUNT} from provider_accounts where tenant_id = $1 and ($2::text is null and is_default or provider = $2)`,
    [ctx.tenant.id, provider],
  );
}

/** The named provider, or the one that new checkouts go to. Refuses with `provider.not_configured`. */
export async function accountAt(ctx: QueryCtx, provider: string | undefined): Promise<string> {
  if (provider === undefined) return defaultProvider(ctx);
  if ((await loadAccount(ctx, provider)) === undefined)
    return refuse('provider.not_configured', NOT_CONFIGURED);
  return provider;
}

/** The provider that new checkouts go to. Refuses with `provider.not_configured`. */
export async function defaultProvider(ctx: QueryCtx): Promise<string> {
  const account = await loadAccount(ctx, null);
  return account?.provider ?? refuse('provider.not_configured', NOT_CONFIGURED);
}

/** The keys of an account of the seller's own. They stay inside: to try, to keep one of two, and to know their age. */
export type AccountKeys = Pick<NewAccount, 'provider' | 'mode' | 'publicId' | 'secretKey' | 'webhookSecret'>;

export async function accountKeys(ctx: QueryCtx, box: SecretBox): Promise<AccountKeys[]> {
  const { id } = ctx.tenant;
  const own = (await listAccounts(ctx)).filter(({ mode }) => mode !== 'sandbox');
  return own.map(({ provider, mode, publicId, secretKeyCipher, webhookSecretCipher }) => ({
    provider,
    mode,
    publicId,
    secretKey: box.open(secretKeyCipher, place(id, provider, 'secret_key')),
    webhookSecret: box.open(webhookSecretCipher, place(id, provider, 'webhook_secret')),
  }));
}

/** In which mode the tenant's account at a provider is; null while there is none. */
export async function accountMode(ctx: QueryCtx, provider: string): Promise<NewAccount['mode'] | null> {
  return (await loadAccount(ctx, provider))?.mode ?? null;
}

/** The sellers' accounts at their providers, opened when they are needed. */
export type Providers = {
  /** The account at a provider; without a name, the one for new checkouts. Ends with `provider.not_configured`. */
  of(tenantId: number, provider?: string): Promise<PaymentProvider>;
  /** Every account of the tenant, the one for new checkouts first. */
  all(tenantId: number): Promise<PaymentProvider[]>;
  webhookSecretOf(
    tenantId: number,
    provider: string,
  ): Promise<{ secret: string; mode: NewAccount['mode'] } | null>;
  /** What the server knows of a kind of provider; undefined for one that it has no connector for. */
  connector(provider: string): ProviderConnector | undefined;
  readonly connectors: readonly ProviderConnector[];
};

export function createProviders(deps: {
  transactor: Transactor;
  box: SecretBox;
  connectors: readonly ProviderConnector[];
}): Providers {
  const byName = new Map(deps.connectors.map((connector) => [connector.name, connector]));
  const query = <T>(tenantId: number, fn: (ctx: QueryCtx) => Promise<T>) =>
    deps.transactor.query({ tenantId, actor: { kind: 'system', id: 'payments' }, requestId: null }, fn);
  const open = (tenantId: number, account: AccountRow): PaymentProvider => {
    const { provider, mode, publicId, methodKinds } = account;
    const connector = byName.get(provider);
    if (connector === undefined) {
      return refuse('provider.not_configured', `This server has no connector for ${provider}.`);
    }
    const secretKey = deps.box.open(account.secretKeyCipher, place(tenantId, provider, 'secret_key'));
    return connector.connect({ provider, mode, publicId, methodKinds, secretKey });
  };
  return {
    connectors: deps.connectors,
    connector: (provider) => byName.get(provider),
    async of(tenantId, provider) {
      const account = await query(tenantId, (ctx) => loadAccount(ctx, provider ?? null));
      if (account === undefined) {
        return refuse('provider.not_configured', NOT_CONFIGURED);
      }
      return open(tenantId, account);
    },
    async all(tenantId) {
      const accounts = await query(tenantId, listAccounts);
      return accounts.map((account) => open(tenantId, account));
    },
    async webhookSecretOf(tenantId, provider) {
      const account = await query(tenantId, (ctx) => loadAccount(ctx, provider));
      if (account === undefined) return null;
      const secret = deps.box.open(account.webhookSecretCipher, place(tenantId, provider, 'webhook_secret'));
      return { secret, mode: account.mode };
    },
  };
}
