import type { OperatorRoutes } from '@billhook/contract/routes';
import { type Handlers, type OutsideRequest, outside } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/crypto.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';
import {
  accountKeys,
  listAccounts,
  type NewAccount,
  type Providers,
  putProviderAccount,
} from './accounts.ts';
import { ProviderFault } from './provider.ts';

export type PayPalRoutesDeps = {
  transactor: Transactor;
  box: SecretBox;
  providers: Providers;
  webhookUrl(publicId: string, provider?: string): string;
  hookToken(publicId: string, provider: string): string;
  /** Takes note of which secrets are in use from now on, so that their age is known. */
  noteSecrets(ctx: CommandCtx): Promise<void>;
  /** The account of a sandbox tenant at the stand-in, made there. */
  payPalSandbox(tenantId: number): Promise<NewAccount>;
};

type Wish = { mode: NewAccount['mode']; client_id?: string; client_secret?: string; webhook_id?: string };

/** The seller's account at PayPal. Its secret and the id of its webhook are never shown again. */
export function payPalRoutes(
  deps: PayPalRoutesDeps,
): Pick<Handlers<OperatorRoutes>, 'getPayPalAccount' | 'putPayPalAccount'> {
  const show = async (ctx: QueryCtx) => {
    const account = (await listAccounts(ctx)).find(({ provider }) => provider === 'paypal');
    return {
      object: 'paypal_account' as const,
      mode: account?.mode ?? null,
      client_id: account?.publicId ?? null,
      webhook_url: deps.webhookUrl(ctx.tenant.publicId, 'paypal'),
      webhook_events: [...(deps.providers.connector('paypal')?.webhookEvents ?? [])],
    };
  };
  return {
    getPayPalAccount: show,
    putPayPalAccount: outside(async (request, { body }) => {
      const tenant = await deps.transactor.query(request, async (ctx) => ctx.tenant);
      if ((body.mode === 'sandbox') !== (tenant.kind === 'sandbox')) {
        return badKeys('/mode', 'A sandbox has an account of the mode sandbox, and nobody else has.');
      }
      const account =
        body.mode === 'sandbox'
          ? await deps.payPalSandbox(request.tenantId)
          : await ownAccount(deps, request, body, tenant.publicId);
      return deps.transactor.command(request, async (ctx) => {
        await putProviderAccount(ctx, deps.box, account);
        await deps.noteSecrets(ctx);
        return show(ctx);
      });
    }),
  };
}

/** The seller's own keys, tried before they are kept. Refuses with `provider.keys_refused` and `provider.unavailable`. */
async function ownAccount(
  deps: PayPalRoutesDeps,
  request: OutsideRequest,
  wish: Wish,
  publicId: string,
): Promise<NewAccount> {
  const keys = await deps.transactor.query(request, (ctx) => accountKeys(ctx, deps.box));
  const { mode } = wish;
  // Keys of PayPal's own sandbox are none of its live side, so what is left out stays only within one of the two.
  const known = keys.find((one) => one.provider === 'paypal' && one.mode === mode);
  const clientId = wish.client_id ?? known?.publicId ?? undefined;
  const secretKey = wish.client_secret ?? known?.secretKey;
  const webhookSecret = wish.webhook_id ?? known?.webhookSecret;
  if (clientId === undefined) return badKeys('/client_id', 'The client id is missing.');
  if (secretKey === undefined) return badKeys('/client_secret', 'The secret is missing.');
  if (webhookSecret === undefined) return badKeys('/webhook_id', 'The id of the webhook is missing.');
  const connector = deps.providers.connector('paypal');
  try {
    await connector
      ?.connect({ provider: 'paypal', mode, publicId: clientId, secretKey, methodKinds: ['paypal'] })
      .inspect({ withBilling: false });
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    if (error.kind === 'denied' || error.kind === 'refused') return badKeys('/client_secret', error.message);
    return refuse('provider.unavailable', 'PayPal does not answer. The account was not changed; try again.');
  }
  const hookToken = deps.hookToken(publicId, 'paypal');
  return { provider: 'paypal', mode, secretKey, publicId: clientId, webhookSecret, hookToken };
}

function badKeys(pointer: string, detail: string): never {
  return refuse('provider.keys_refused', detail, {
    faults: [{ pointer, code: 'provider.keys_refused', detail }],
  });
}
