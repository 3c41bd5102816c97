import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type ControlClient, controlClient } from '@billhook/sandbox/control-client';
import { type SandboxOptions, startSandbox } from '@billhook/sandbox/start';
import { departures } from '@billhook/sandbox/testing/paypal-schemas';
import { createPayPalConnector } from '../adapters/paypal/connect.ts';
import type { PaymentProvider, ProviderAccount, ProviderConnector } from '../modules/payments/provider.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';

/** The stand-in for PayPal over HTTP, with the adapter on it and every message compared with PayPal's schemas. */
export type PayPalWorld = {
  connector: ProviderConnector;
  /** Another one, which knows no access token yet. */
  openConnector(): ProviderConnector;
  provider: PaymentProvider;
  account: ProviderAccount;
  control: ControlClient;
  accountId: string;
  url: string;
  /** What differed from PayPal's own schemas so far. */
  departures: string[];
  /** The `PayPal-Request-Id` of every request that carried one, with its path. */
  keys: { path: string; key: string }[];
  close(): Promise<void>;
};

export async function createPayPalWorld(
  options: Partial<SandboxOptions> & { timeoutMs?: number; webhookUrl?: string; webhookId?: string } = {},
): Promise<PayPalWorld> {
  const { timeoutMs = 5_000, webhookUrl, webhookId, ...rest } = options;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-paypal-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: CONTROL_TOKEN,
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
    ...rest,
  });
  const control = controlClient(sandbox.controlUrl, CONTROL_TOKEN);
  const keys = {
    clientId: `client-${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
  };
  const made = await control.payPal.putAccount({
    ...keys,
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(webhookId === undefined ? {} : { webhookId }),
  });
  const found: string[] = [];
  const sent: { path: string; key: string }[] = [];
  const openConnector = () =>
    createPayPalConnector({
      sandboxUrl: sandbox.stripeUrl,
      timeoutMs,
      sandboxRoot: () => control.payPal.root(),
      fetch: listening(found, sent),
    });
  const connector = openConnector();
  const account: ProviderAccount = {
    provider: 'paypal',
    mode: 'sandbox',
    secretKey: keys.secret,
    publicId: keys.clientId,
    methodKinds: ['paypal'],
  };
  return {
    connector,
    openConnector,
    provider: connector.connect(account),
    account,
    control,
    accountId: made.id,
    url: sandbox.stripeUrl,
    departures: found,
    keys: sent,
    async close() {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Shape = Parameters<typeof departures>;
type Api = Shape[0];

/** Which schemas a request and its answer must have, by method and path. */
const SHAPES: readonly (readonly [RegExp, Api, request: string | null, answer: string | null])[] = [
  [/^POST \/v2\/checkout\/orders$/, 'orders', 'order_request', 'order'],
  [/^(?:GET|POST) \/v2\/checkout\/orders\/[^/]+(?:\/capture)?$/, 'orders', null, 'order'],
  [/^POST \/v2\/payments\/captures\/[^/]+\/refund$/, 'payments', 'refund_request', 'refund'],
  [/^GET \/v2\/payments\/captures\//, 'payments', null, 'capture-2'],
  [/^GET \/v2\/payments\/refunds\//, 'payments', null, 'refund'],
  [/^POST \/v3\/vault\/setup-tokens$/, 'vault', 'setup_token_request', 'setup_token_response'],
  [/^GET \/v3\/vault\/setup-tokens\//, 'vault', null, 'setup_token_response'],
  [/^POST \/v3\/vault\/payment-tokens$/, 'vault', null, 'payment_token_response'],
  [/^GET \/v3\/vault\/payment-tokens\?/, 'vault', null, 'customer_vault_payment_tokens_response'],
  [/^GET \/v3\/vault\/payment-tokens\//, 'vault', null, 'payment_token_response'],
  [/^GET \/v1\/customer\/disputes\?/, 'disputes', null, 'dispute_search'],
  [/^GET \/v1\/customer\/disputes\//, 'disputes', null, 'dispute'],
  [/^GET \/v1\/reporting\/transactions\?/, 'reporting', null, 'search_response'],
  [/^GET \/v1\/notifications\/webhooks-events\?/, 'webhooks', null, 'EventList'],
  [/^GET \/v1\/notifications\/webhooks$/, 'webhooks', null, 'WebhookList'],
];

/** Sends as the platform does, and notes what differs from PayPal's schemas on the way there and back. */
function listening(found: string[], sent: { path: string; key: string }[]): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input));
    const path = `${url.pathname}${url.search}`;
    const key = new Headers(init?.headers).get('paypal-request-id');
    if (key !== null) sent.push({ path, key });
    const answer = await fetch(input, init);
    const shape = SHAPES.find(([pattern]) => pattern.test(`${init?.method ?? 'GET'} ${path}`));
    if (shape === undefined) return answer;
    const [, api, asked, answered] = shape;
    if (asked !== null) found.push(...departures(api, asked, JSON.parse(String(init?.body))));
    if (answered !== null && answer.ok) {
      found.push(...departures(api, answered, await answer.clone().json()));
    }
    return answer;
  };
}
