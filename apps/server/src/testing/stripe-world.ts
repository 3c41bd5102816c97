import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { type Received, type Receiver, startReceiver } from '@billhook/sandbox/testing/receiver';
import { createStripeConnector } from '../adapters/stripe/connect.ts';
import type {
  MethodKind,
  PaymentProvider,
  ProviderAccount,
  ProviderConnector,
  SignedWebhook,
} from '../modules/payments/provider.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';
const WEBHOOK_SECRET = 'whsec_conformance_secret';
/** Far longer than an answer takes on a machine that is busy. */
export const CALL_TIMEOUT_MS = 4_000;

/** The stand-in for Stripe over HTTP, with the adapter in front of it and an endpoint for its webhooks. */
export type StripeWorld = {
  connector: ProviderConnector;
  account: ProviderAccount;
  provider: PaymentProvider;
  control: ControlClient;
  accountId: string;
  receiver: Receiver;
  signed(received: Received): SignedWebhook;
  /** Lets real time pass for the stand-in, on which its webhooks go. */
  passWallMs(ms: number): void;
  stop(): Promise<void>;
};

export async function createStripeWorld(methodKinds: readonly MethodKind[]): Promise<StripeWorld> {
  let skewMs = 0;
  const wallNow = () => performance.timeOrigin + performance.now() + skewMs;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-stripe-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: CONTROL_TOKEN,
    wallNow,
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  const control = controlClient(sandbox.controlUrl, CONTROL_TOKEN);
  const receiver = await startReceiver();
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const { id } = await control.putAccount({
    key: secretKey,
    webhookUrl: receiver.url,
    webhookSecret: WEBHOOK_SECRET,
  });
  const connector = createStripeConnector({ sandboxUrl: sandbox.stripeUrl, timeoutMs: CALL_TIMEOUT_MS });
  const account = { provider: 'stripe', mode: 'sandbox', publicId: null, methodKinds, secretKey } as const;
  return {
    connector,
    account,
    provider: connector.connect(account),
    control,
    accountId: id,
    receiver,
    signed: ({ body, headers }) => ({
      rawBody: new TextEncoder().encode(body),
      headers,
      secret: WEBHOOK_SECRET,
      mode: 'sandbox',
      wallNow: instant(Math.floor(wallNow())),
    }),
    passWallMs(ms) {
      skewMs += ms;
    },
    async stop() {
      await sandbox.stop();
      await receiver.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
