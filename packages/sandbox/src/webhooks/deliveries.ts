import type { Log } from '../log.ts';
import type { Account } from '../state/account.ts';
import type { PendingDelivery } from '../state/records.ts';
import { type World, writeChange } from '../state/world.ts';
import { Lanes } from './lanes.ts';
import { postWebhook } from './post.ts';
import { stripeSignature } from './sign.ts';

/** Deliveries of one account that are sent at the same time. */
const CONCURRENCY = 4;

export type Deliveries = Lanes<PendingDelivery, Account>;

/**
 * Sends what the journal holds for the accounts' endpoints.
 *
 * @param reach where an endpoint's address is really reached
 */
export function createDeliveries(
  world: World,
  log: Log,
  reach: (url: string) => string = (url) => url,
): Deliveries {
  return new Lanes({
    log,
    wallNow: world.wallNow,
    // One at a time where the order is turned round, so that it really arrives so.
    widthOf: ({ settings }) => (settings.faults.reorderWebhooks ? 1 : CONCURRENCY),
    isReversed: ({ settings }) => settings.faults.reorderWebhooks,
    async send(account, delivery, signal) {
      const endpoint = account.tables.webhook_endpoint.get(delivery.endpoint);
      const event = account.events.get(delivery.event);
      if (endpoint === undefined || !endpoint.enabled || event === undefined) return null;
      // The body may still be on its way to the disk; nothing is told before it is sure.
      await world.journal.settled();
      const body = (await world.journal.read(event.offset, event.bytes)).toString('utf8');
      const copies = account.settings.faults.duplicateWebhooks ? 2 : 1;
      let status = 0;
      for (let copy = 0; copy < copies; copy += 1) {
        const headers = { 'stripe-signature': stripeSignature(endpoint.secret, body, world.wallNow()) };
        status = await postWebhook(reach(endpoint.url), body, headers, signal);
      }
      return status;
    },
    record(account, { event, endpoint }, attempts, dueAtMs) {
      const deliveries = [{ event, endpoint, attempts, dueAtMs }];
      writeChange(world, { account: account.settings.id, deliveries }, [], 'soon');
    },
  });
}
