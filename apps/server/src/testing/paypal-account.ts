import { randomBytes } from 'node:crypto';
import { approveAs } from '@billhook/sandbox/testing/paypal';
import { createArrivals } from '../adapters/sandbox/arrivals.ts';
import { type PaymentProvider, putProviderAccount } from '../modules/payments/api.ts';
import type { PaymentWorld } from './payments.ts';

const HOOK_TOKEN = 'hook-token-of-paypal';
const WEBHOOK_ID = '5ML55517T4853714A';

/** A seller who takes PayPal beside cards, with both stand-ins on one clock. */
export type WithPayPal = {
  payPal: PaymentProvider;
  accountId: string;
  /** Approves a page as one of the test buyers. */
  approve(url: string | null, buyer: string): Promise<void>;
};

/** Adds an account at the stand-in for PayPal to the tenant of a world, and lets both move and settle together. */
export async function addPayPal(world: PaymentWorld): Promise<WithPayPal> {
  const { control, box, tenantId } = world;
  const keys = {
    clientId: `client-${randomBytes(6).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
  };
  const account = await control.payPal.putAccount({
    ...keys,
    sellerName: 'Acme',
    webhookUrl: `${world.hookUrl}/${HOOK_TOKEN}`,
    webhookId: WEBHOOK_ID,
  });
  await world.command((ctx) =>
    putProviderAccount(ctx, box, {
      provider: 'paypal',
      mode: 'sandbox',
      secretKey: keys.secret,
      publicId: keys.clientId,
      webhookSecret: WEBHOOK_ID,
      hookToken: HOOK_TOKEN,
    }),
  );
  const arrive = createArrivals(control.payPal);
  world.arrivals.push(() => arrive(account.id));
  const { setBothClocks } = world;
  world.setBothClocks = async (text) => {
    await setBothClocks(text);
    await control.payPal.setClock(account.id, Date.parse(text));
  };
  const { frozenAtMs } = await control.account(world.accountId);
  await control.payPal.setClock(account.id, frozenAtMs);
  return {
    payPal: await world.providers.of(tenantId, 'paypal'),
    accountId: account.id,
    async approve(url, buyer) {
      await approveAs(url ?? '', buyer);
    },
  };
}
