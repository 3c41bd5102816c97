import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { RandomBytes } from '../state/ids.ts';
import { type Authority, openAuthority } from './authority.ts';
import { settleDue } from './charge.ts';
import { createPayPalDeliveries, type PayPalDeliveries } from './deliveries.ts';
import { Draft } from './draft.ts';
import { resolveOverdue } from './routes/disputes.ts';
import { type Account, openStore, type Store } from './store.ts';
import { AccessTokens } from './tokens.ts';

const SWEEP_INTERVAL_MS = 30_000;

/** What the stand-in for PayPal needs of the sandbox. */
export interface PayPalOptions {
  readonly folder: string;
  readonly wallNow: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  readonly baseUrl: () => string;
  readonly reachWebhook: (url: string) => string;
  /** Answers that are held back by a fault, to be dropped at the stop. */
  readonly held: Set<ServerResponse>;
}

/** The stand-in for PayPal, opened. */
export interface PayPalService extends PayPalOptions {
  readonly store: Store;
  readonly tokens: AccessTokens;
  readonly deliveries: PayPalDeliveries;
  readonly authority: () => Promise<Authority>;
  readonly stop: () => Promise<void>;
}

/** Opens the stand-in: state comes back from the journal, deliveries that wait go on. */
export async function openPayPal(options: PayPalOptions): Promise<PayPalService> {
  const { folder, wallNow, randomBytes, log, baseUrl } = options;
  const store = await openStore(join(folder, 'paypal.jsonl'), wallNow, randomBytes);
  let opening: Promise<Authority> | null = null;
  const authority = () => {
    opening ??= openAuthority(join(folder, 'paypal-authority.json'), wallNow(), randomBytes);
    return opening;
  };
  const deliveries = createPayPalDeliveries({ store, log, authority, baseUrl, reach: options.reachWebhook });
  const service = {
    ...options,
    store,
    tokens: new AccessTokens(wallNow, randomBytes),
    deliveries,
    authority,
  };
  const sweepAll = () => {
    for (const account of store.accounts.values()) {
      sweep(service, account);
      deliveries.wake(account);
    }
  };
  sweepAll();
  const timer = setInterval(sweepAll, SWEEP_INTERVAL_MS);
  timer.unref();
  return {
    ...service,
    stop: async () => {
      clearInterval(timer);
      await deliveries.stop();
      await store.journal.close();
    },
  };
}

/** A fresh draft on an account. */
export function newDraft(
  { store, baseUrl }: Pick<PayPalService, 'store' | 'baseUrl'>,
  account: Account,
): Draft {
  return new Draft(store, account, baseUrl());
}

/** Lets what is due at the account's time happen. */
export function sweep(service: Pick<PayPalService, 'store' | 'baseUrl'>, account: Account): void {
  const draft = newDraft(service, account);
  const isSettled = settleDue(draft);
  const isResolved = resolveOverdue(draft);
  if (isSettled || isResolved) draft.commit();
}
