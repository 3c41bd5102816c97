import { createHmac } from 'node:crypto';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { TWILIO_URL } from '../adapters/twilio/call.ts';
import { twilioMessages } from '../adapters/twilio/messages.ts';
import { hearReply, hearStatus } from '../modules/notifications/texts/hear.ts';
import { sendTextsSource } from '../modules/notifications/texts/send-texts.ts';
import type { Config } from '../platform/config.ts';
import type { TenantContext } from '../platform/context.ts';
import { deriveKey } from '../platform/crypto.ts';
import type { Log } from '../platform/log.ts';
import { tenantTypeId } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';
import { mailFacts } from './mail-facts.ts';

/** The number that Twilio's own test credentials send from. */
const TEST_SENDER = '+15005550006';
/** The stand-in is on this machine. */
const STAND_IN_ANSWERS_WITHIN_MS = 5_000;

/**
 * Text messages. Those of a sandbox never leave this machine, since its customers are made up and their numbers may be
 * real; those of a live environment leave by the seller's account at Twilio, or wait for one.
 */
export function composeTexts(options: {
  transactor: Transactor;
  config: Pick<Config, 'twilio'>;
  masterKey: Uint8Array;
  standInUrl: string;
  origin(): string;
  log: Log;
}) {
  const { transactor, origin, config, log } = options;
  const key = deriveKey(options.masterKey, 'sandbox-texts');
  const derive = (what: string) => createHmac('sha256', key).update(what).digest('hex').slice(0, 32);
  const standIn = twilioMessages({
    apiUrl: options.standInUrl,
    accountSid: `AC${derive('account')}`,
    authToken: derive('token'),
    from: TEST_SENDER,
    answerWithinMs: STAND_IN_ANSWERS_WITHIN_MS,
  });
  const live =
    config.twilio === undefined
      ? null
      : twilioMessages({ ...config.twilio, apiUrl: config.twilio.apiUrl ?? TWILIO_URL });
  const providerOf = ({ kind }: Pick<TenantContext, 'kind'>) => (kind === 'live' ? live : standIn);
  const base = () => `${origin()}/hooks/texts`;
  const deps = { transactor, providerOf };
  return {
    live,
    source: sendTextsSource({
      ...deps,
      facts: mailFacts,
      portalUrl: (slug) => `${origin()}/p/${slug}`,
      statusUrl: ({ publicId }, textId) =>
        `${base()}/${tenantTypeId(publicId)}/${encodeTypeId('txt', textId)}`,
      log,
    }),
    hooks: {
      status: (address: { tenant: string; text: string }, fields: URLSearchParams, signature: string) =>
        hearStatus(deps, address, { url: `${base()}/${address.tenant}/${address.text}`, fields, signature }),
      reply: (fields: URLSearchParams, signature: string) =>
        hearReply(deps, { url: `${base()}/replies`, fields, signature }),
    },
  };
}
