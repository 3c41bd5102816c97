import type { ServerResponse } from 'node:http';
import type { Log } from './log.ts';
import type { Account } from './state/account.ts';
import { Draft } from './state/draft.ts';
import type { World } from './state/world.ts';
import { billingPart } from './stripe/billing-part.ts';
import { render } from './stripe/render.ts';
import type { Deliveries } from './webhooks/deliveries.ts';

/** The API version whose shapes the sandbox answers with. */
export const API_VERSION = '2026-10-28.endive';

/** What every route of the sandbox works with. */
export interface Context {
  readonly world: World;
  readonly log: Log;
  readonly deliveries: Deliveries;
  /** Address under which a browser reaches the sandbox, known once it listens. */
  readonly baseUrl: () => string;
  /** Answers that are held back by a fault, to be dropped at the stop. */
  readonly held: Set<ServerResponse>;
}

/** A fresh draft on an account, at the time of its clock or, for what its clock passed over, at `atMs`. */
export function newDraft(
  context: Context,
  account: Account,
  requestId: string | null = null,
  idempotencyKey: string | null = null,
  atMs?: number,
): Draft {
  return new Draft(context.world, account, context.baseUrl(), {
    render,
    apiVersion: API_VERSION,
    requestId,
    idempotencyKey,
    follow: (type, id, draft) => billingPart()?.follow(type, id, draft),
    ...(atMs === undefined ? {} : { atMs }),
  });
}
