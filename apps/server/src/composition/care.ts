import { createHmac } from 'node:crypto';
import type { SecretKind } from '@billhook/core/credentials/secret-age';
import type { Instant } from '@billhook/core/time/instant';
import { tokenEnd } from '../adapters/peppol/access-point.ts';
import type { OutsideRequest } from '../http/handlers.ts';
import { type KnownSecret, planLook } from '../modules/credentials/api.ts';
import type { CheckedStore } from '../modules/files/api.ts';
import type { TextProvider } from '../modules/notifications/api.ts';
import { accountKeys, type Providers } from '../modules/payments/api.ts';
import type { Config } from '../platform/config.ts';
import type { CommandCtx } from '../platform/context.ts';
import { deriveKey, type SecretBox } from '../platform/crypto.ts';
import type { DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import type { Transactor } from '../platform/transaction.ts';
import { examine } from '../processes/doctor.ts';
import { certificateSource } from '../processes/look-at-certificate.ts';
import { pollEventsSource } from '../processes/poll-events.ts';
import { reconcileSource } from '../processes/reconcile.ts';
import { subscribeMissingEvents } from '../processes/subscribe-events.ts';
import { agedCasesSource } from '../processes/warn-aged-cases.ts';
import { noteUsedSecrets, watchSecretsSource } from '../processes/watch-secrets.ts';
import { lookAtCertificate } from './mail-certificate.ts';
import { probesOf } from './probes.ts';

export type CareOptions = {
  transactor: Transactor;
  config: Config;
  smtpUrl: string | undefined;
  masterKey: Uint8Array;
  box: SecretBox;
  providers: Providers;
  store: CheckedStore;
  /** By whom text messages of live environments leave; null for nobody. */
  texts: { live: Pick<TextProvider, 'inspect'> | null };
  webhookUrlOf(publicId: string, provider: string): string;
  log: Log;
  wake(source: string): void;
};

/** What watches over payments: reconciliation, polling, the doctor and the age of secrets. */
export function composeCare(options: CareOptions) {
  const { transactor, providers, log } = options;
  const wake = () => options.wake('provider-events');
  const probes = probesOf(options);
  const { smtpUrl, config, masterKey } = options;
  const look = smtpUrl === undefined ? null : lookAtCertificate(smtpUrl, config.mailFrom, masterKey);
  const sources: DueSource[] = [
    reconcileSource({ transactor, providers, log }),
    pollEventsSource({ transactor, providers, log, wake }),
    watchSecretsSource({ transactor }),
    agedCasesSource({ transactor }),
    ...(look === null ? [] : [certificateSource({ transactor, look })]),
  ];
  const doctor = { transactor, providers, webhookUrl: options.webhookUrlOf, probes };
  return {
    sources,
    wake,
    examine: (request: Parameters<typeof examine>[1]) => examine(doctor, request),
    subscribe: (request: OutsideRequest) => subscribeMissingEvents(doctor, request),
    /** The same for one environment, after its keys were changed. */
    noteSecretsOf: (ctx: CommandCtx) => noteSecretsOf(options, ctx),
    /** Takes note of the secrets in use, of this process and in the settings, for each environment that takes real money. */
    async noteSecrets(): Promise<void> {
      const tenants = await transactor.lookUp((sql) =>
        sql.rows<{ id: number }>("select id from tenants where kind = 'live' order by id"),
      );
      for (const { id } of tenants) {
        const request = {
          tenantId: id,
          actor: { kind: 'system' as const, id: 'credentials' },
          requestId: null,
        };
        await transactor.command(request, (ctx) => noteSecretsOf(options, ctx));
      }
    },
  };
}

async function noteSecretsOf(options: CareOptions, ctx: CommandCtx): Promise<void> {
  if (ctx.tenant.kind !== 'live') return;
  const secrets = secretsOf(options);
  const names = new Set(secrets.map(({ name }) => name));
  const mark = marker(options.masterKey);
  const entered = (await accountKeys(ctx, options.box)).flatMap(({ provider, secretKey, webhookSecret }) =>
    provider === 'paypal'
      ? // What PayPal's webhooks are checked by is an id and no secret.
        mark('PayPal secret', 'paypal', secretKey)
      : [
          ...mark('Stripe key', 'stripe', secretKey),
          ...mark('Stripe webhook secret', 'stripe', webhookSecret),
        ],
  );
  await noteUsedSecrets(ctx, [...secrets, ...entered.filter(({ name }) => !names.has(name))]);
  await planLook(ctx, options.smtpUrl !== undefined);
}

/** Notes a secret by a keyed hash, from which it cannot be had. */
function marker(masterKey: Uint8Array) {
  const key = deriveKey(masterKey, 'secret-marks');
  return (
    name: string,
    kind: SecretKind,
    value: string | undefined,
    expiresAt: Instant | null = null,
  ): KnownSecret[] =>
    value === undefined || value === ''
      ? []
      : [{ name, kind, mark: createHmac('sha256', key).update(`${name} ${value}`).digest(), expiresAt }];
}

/** Secrets of this process with a life of their own; what is derived or made here is not among them. */
function secretsOf({ config, smtpUrl, masterKey }: CareOptions): KnownSecret[] {
  const known = marker(masterKey);
  return [
    ...known('Stripe key', 'stripe', config.stripe?.secretKey),
    ...known('Stripe webhook secret', 'stripe', config.stripe?.webhookSecret),
    ...known('Mail password', 'mail', smtpUrl === undefined ? undefined : new URL(smtpUrl).password),
    ...known('Twilio token', 'twilio', config.twilio?.authToken),
    ...known('Peppol token', 'peppol', config.peppol?.token, tokenEnd(config.peppol?.token ?? '')),
    ...known('Storage key', 'storage', config.s3?.secretAccessKey),
  ];
}
