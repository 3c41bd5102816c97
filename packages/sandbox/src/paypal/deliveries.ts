import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import { Lanes } from '../webhooks/lanes.ts';
import { postWebhook } from '../webhooks/post.ts';
import type { Authority } from './authority.ts';
import type { DeliveryRecord } from './records.ts';
import { transmissionHeaders } from './sign.ts';
import { type Account, type Store, writeChange } from './store.ts';

/** Deliveries of one account that are sent at the same time. */
const CONCURRENCY = 8;

export type PayPalDeliveries = Lanes<DeliveryRecord & { readonly dueAtMs: number }, Account>;

/** Sends events to the accounts' endpoints. */
export function createPayPalDeliveries(options: {
  store: Store;
  log: Log;
  authority: () => Promise<Authority>;
  baseUrl: () => string;
  /** Where an endpoint's address is really reached. */
  reach: (url: string) => string;
}): PayPalDeliveries {
  const { store, log, reach } = options;
  return new Lanes({
    log,
    wallNow: store.wallNow,
    // One at a time where the order is turned round, so that it really arrives so.
    widthOf: ({ settings }) => (settings.faults.reorderWebhooks ? 1 : CONCURRENCY),
    isReversed: ({ settings }) => settings.faults.reorderWebhooks,
    async send({ tables, settings }, delivery, signal) {
      const webhook = tables.webhook.get(delivery.webhook);
      const event = tables.event.get(delivery.event);
      if (webhook === undefined || event === undefined) return null;
      // Nothing is told before it is sure.
      await store.journal.settled();
      const authority = await options.authority();
      const { body } = event;
      let status = 0;
      for (let copy = 0; copy < (settings.faults.duplicateWebhooks ? 2 : 1); copy += 1) {
        const headers = transmissionHeaders(authority, {
          id: randomUUID(),
          wallMs: store.wallNow(),
          webhookId: webhook.id,
          body,
          certificateUrl: `${options.baseUrl()}/v1/notifications/certs/${authority.certificateId}`,
        });
        status = await postWebhook(reach(webhook.url), body, headers, signal);
      }
      return status;
    },
    record(account, { event, webhook }, attempts, dueAtMs) {
      const deliveries = [{ event, webhook, attempts, dueAtMs }];
      writeChange(store, { account: account.settings.id, deliveries }, 'soon');
    },
  });
}
