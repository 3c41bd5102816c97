import type { OperatorRoutes } from '@billhook/contract/routes';
import { type Handlers, outside } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/crypto.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { type AccountKeys, accountKeys, listAccounts, type NewAccount, type Providers } from './accounts.ts';
import { updateAccount } from './commands/update-account.ts';
import { type MethodKind, type ProviderConnector, ProviderFault } from './provider.ts';

type RouteIds = 'listPaymentAccounts' | 'updatePaymentAccount' | 'putStripeAccount';

type Deps = {
  transactor: Transactor;
  box: SecretBox;
  providers: Providers;
  /** Whether the server was started with keys of Stripe, which go before those of the settings. */
  isStripeOfServer: boolean;
  /** Takes note of which secrets are in use from now on, so that their age is known. */
  noteSecrets(ctx: CommandCtx): Promise<void>;
  /** Writes the account of a tenant at Stripe, sealed, with the address for its webhooks. */
  putStripe(ctx: CommandCtx, keys: Pick<NewAccount, 'mode' | 'secretKey' | 'webhookSecret'>): Promise<void>;
};

/** The seller's accounts at payment providers. */
export function paymentAccountRoutes(deps: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listPaymentAccounts: async (ctx) => {
      const data = [];
      for (const { name } of deps.providers.connectors) data.push(await present(deps, ctx, name));
      return { object: 'list', data, has_more: false, next_cursor: null };
    },
    updatePaymentAccount: async (ctx, { params, body }) => {
      const connector = deps.providers.connector(params.provider);
      if (connector === undefined) {
        return refuse('provider.not_configured', `This server has no connector for ${params.provider}.`);
      }
      await updateAccount(ctx, connector, {
        makeDefault: body.is_default === true,
        methodKinds: body.method_kinds ?? null,
      });
      return present(deps, ctx, connector.name);
    },
    putStripeAccount: outside(async (request, { body }) => {
      const isSandbox = await deps.transactor.query(request, async (ctx) => ctx.tenant.kind === 'sandbox');
      if (isSandbox) {
        return refuse(
          'provider.keys_refused',
          'A sandbox is charged at the built-in stand-in alone. Use an environment that is live.',
        );
      }
      if (deps.isStripeOfServer) {
        return refuse(
          'provider.keys_refused',
          'This server was started with keys of Stripe, which would come back with the next start. Change them there.',
        );
      }
      const known = await deps.transactor.query(request, (ctx) => accountKeys(ctx, deps.box));
      const keys = wholeKeys(
        body,
        known.find(({ provider }) => provider === 'stripe'),
      );
      await tryKeys(deps, keys.mode, keys.secretKey);
      return deps.transactor.command(request, async (ctx) => {
        await deps.putStripe(ctx, keys);
        await deps.noteSecrets(ctx);
        return present(deps, ctx, 'stripe');
      });
    }),
  };
}

/** What is left out is what is in use. Refuses with `provider.keys_refused` where nothing is. */
function wholeKeys(
  body: { secret_key?: string; webhook_secret?: string },
  known: AccountKeys | undefined,
): Pick<NewAccount, 'secretKey' | 'webhookSecret'> & { mode: 'test' | 'live' } {
  const secretKey = body.secret_key ?? known?.secretKey;
  const webhookSecret = body.webhook_secret ?? known?.webhookSecret;
  if (secretKey === undefined || webhookSecret === undefined) {
    const [pointer, detail] =
      secretKey === undefined
        ? ['/secret_key', 'The key is missing.']
        : ['/webhook_secret', 'The signing secret of the webhook is missing.'];
    const faults = [{ pointer, code: 'required', detail }];
    return refuse('provider.keys_refused', `${detail} Nothing was changed.`, { faults });
  }
  return { mode: secretKey.includes('_live_') ? 'live' : 'test', secretKey, webhookSecret };
}

/** Asks the provider who the keys belong to, before they replace any that work. */
async function tryKeys({ providers }: Deps, mode: 'test' | 'live', secretKey: string): Promise<void> {
  const provider = providers
    .connector('stripe')
    ?.connect({ provider: 'stripe', mode, secretKey, publicId: null, methodKinds: ['card'] });
  try {
    const found = await provider?.inspect({ withBilling: false });
    if (found?.isLive === (mode === 'live')) return;
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    if (error.kind !== 'denied') {
      return refuse('provider.unavailable', 'Stripe does not answer. Nothing was changed; try again.');
    }
  }
  return refuse('provider.keys_refused', 'Stripe does not take this key. Nothing was changed.', {
    faults: [{ pointer: '/secret_key', code: 'denied', detail: 'Stripe does not take this key.' }],
  });
}

async function present({ providers, isStripeOfServer }: Deps, ctx: QueryCtx, name: string) {
  const connector = providers.connector(name);
  const account = (await listAccounts(ctx)).find(({ provider }) => provider === name);
  return {
    object: 'payment_account' as const,
    provider: name,
    title: connector?.title ?? name,
    mode: account?.mode ?? null,
    public_id: account?.publicId ?? null,
    keys_from: keysFrom(account, isStripeOfServer),
    is_default: account?.isDefault ?? false,
    method_kinds: (account?.methodKinds ?? []).filter((kind) => supports(connector, kind)),
    supported_kinds: [...(connector?.methodKinds ?? [])],
  };
}

function keysFrom(
  account: Pick<NewAccount, 'provider' | 'mode'> | undefined,
  isStripeOfServer: boolean,
): 'server' | 'settings' | null {
  if (account === undefined || account.mode === 'sandbox') return null;
  return account.provider === 'stripe' && isStripeOfServer ? 'server' : 'settings';
}

const supports = (connector: ProviderConnector | undefined, kind: MethodKind): boolean =>
  connector?.methodKinds.includes(kind) ?? false;
