import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/crypto.ts';
import { hashToken } from '../../platform/crypto.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { ConnectProvider, PaymentProvider } from './provider.ts';

export type NewAccount = {
  mode: 'sandbox' | 'test' | 'live';
  secretKey: string;
  webhookSecret: string;
  /** Random part of the address that the provider calls; only its hash is stored. */
  hookToken: string;
};

type AccountRow = {
  provider: string;
  mode: NewAccount['mode'];
  secretKeyCipher: Uint8Array;
  webhookSecretCipher: Uint8Array;
};

const place = (tenantId: number, column: string) => ({ tenantId, column: `provider_accounts.${column}` });

/** Sets up, or replaces, the seller's account at a provider. Secrets are stored sealed and never shown again. */
export async function putProviderAccount(
  ctx: CommandCtx,
  box: SecretBox,
  account: NewAccount,
): Promise<void> {
  const { id } = ctx.tenant;
  await ctx.sql.run(
    `insert into provider_accounts (tenant_id, provider, mode, secret_key_cipher, webhook_secret_cipher, created_at, updated_at)
     values ($1, 'stripe', $2, $3, $4, $5, $5)
     on conflict (tenant_id, provider) do update set mode = $2, secret_key_cipher = $3, webhook_secret_cipher = $4, updated_at = $5`,
    [
      id,
      account.mode,
      box.seal(account.secretKey, place(id, 'secret_key')),
      box.seal(account.webhookSecret, place(id, 'webhook_secret')),
      iso(ctx.wallNow),
    ],
  );
  await ctx.sql.run("delete from hook_endpoints where tenant_id = $1 and provider = 'stripe'", [id]);
  await ctx.sql.run(
    "insert into hook_endpoints (token_hash, tenant_id, provider, created_at) values ($1, $2, 'stripe', $3)",
    [hashToken(account.hookToken), id, iso(ctx.wallNow)],
  );
  ctx.audit({
    action: 'provider_account.put',
    objectKind: 'provider_account',
    objectId: 'stripe',
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

async function loadAccount(ctx: QueryCtx): Promise<AccountRow | undefined> {
  return ctx.sql.row<AccountRow>(
    `select provider, mode, secret_key_cipher as "secretKeyCipher", webhook_secret_cipher as "webhookSecretCipher"
     from provider_accounts where tenant_id = $1 and provider = 'stripe'`,
    [ctx.tenant.id],
  );
}

/** In which mode the tenant's account is; null while there is none. */
export async function accountMode(ctx: QueryCtx): Promise<NewAccount['mode'] | null> {
  return (await loadAccount(ctx))?.mode ?? null;
}

/** The sellers' accounts at their providers, opened when they are needed. */
export type Providers = {
  /** Ends with `provider.not_configured`. */
  of(tenantId: number): Promise<PaymentProvider>;
  webhookSecretOf(tenantId: number): Promise<{ secret: string; mode: NewAccount['mode'] } | null>;
};

export function createProviders(deps: {
  transactor: Transactor;
  box: SecretBox;
  connect: ConnectProvider;
}): Providers {
  const read = (tenantId: number) =>
    deps.transactor.query(
      { tenantId, actor: { kind: 'system', id: 'payments' }, requestId: null },
      loadAccount,
    );
  return {
    async of(tenantId) {
      const account = await read(tenantId);
      if (account === undefined) {
        return refuse('provider.not_configured', 'No payment provider is set up for this tenant.');
      }
      const secretKey = deps.box.open(account.secretKeyCipher, place(tenantId, 'secret_key'));
      return deps.connect({ mode: account.mode, secretKey });
    },
    async webhookSecretOf(tenantId) {
      const account = await read(tenantId);
      if (account === undefined) return null;
      return {
        secret: deps.box.open(account.webhookSecretCipher, place(tenantId, 'webhook_secret')),
        mode: account.mode,
      };
    },
  };
}
