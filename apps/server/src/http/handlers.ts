import type { RawAnswer, RouteDefinition, RouteInput, RouteOutput } from '@billhook/contract/define-route';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';

/** Who asks, for work outside a transaction; also what `transactor.command` and `transactor.query` take. */
export type OutsideRequest = {
  tenantId: number;
  actor: Actor;
  requestId: string;
  /** Which of their customers a portal's user works for, as the request names it. */
  chosenCustomer: string | null;
  /** Where a person's request came from; a seller's own server is no person. */
  address?: string | null;
  /** The country of that address, where a trusted proxy tells it. */
  addressCountry?: string | null;
  /** Names this very request and stays the same over its repeats, so that calls to the outside carry it on. */
  idempotencyKey: string;
  /** Of an event stream that was cut off: the last event that arrived. */
  lastEventId: string | null;
  /** Ends when the caller goes away. */
  signal: AbortSignal;
  /** The key was recalled and not looked up: the work must see in its own transaction that it stands. */
  isKeyRecalled?: boolean;
};

/** A request that belongs to no tenant: nobody is signed in and the path names none. */
export type OpenRequest = Omit<OutsideRequest, 'tenantId'>;

/** Reads in one snapshot. */
export type QueryHandler<R extends RouteDefinition> = (
  ctx: QueryCtx,
  input: RouteInput<R>,
) => Promise<RouteOutput<R>>;
/** Changes in one transaction; the idempotency record is written with the effect. */
export type CommandHandler<R extends RouteDefinition> = (
  ctx: CommandCtx,
  input: RouteInput<R>,
) => Promise<RouteOutput<R>>;
/**
 * Calls the outside between transactions of its own (write the intent, commit, call, write the outcome), or handles
 * bytes. Made by `outside()`.
 */
export type OutsideHandler<R extends RouteDefinition> = {
  readonly outside: (request: OutsideRequest, input: RouteInput<R>) => Promise<RouteOutput<R>>;
  /** Answered by `http/hot-path.ts`, which recalls keys. Made by `hot()`. */
  readonly isHot?: true;
};
/** Of public routes that name no tenant. Made by `open()`. */
export type OpenHandler<R extends RouteDefinition> = {
  readonly open: (request: OpenRequest, input: RouteInput<R>) => Promise<RouteOutput<R>>;
};

export type Handler<R extends RouteDefinition> =
  | (R['kind'] extends 'query' ? QueryHandler<R> : CommandHandler<R>)
  | OutsideHandler<R>
  | OpenHandler<R>;

/** The handlers of a contract, by route id. */
export type Handlers<Routes extends Record<string, RouteDefinition>> = {
  [Id in keyof Routes]: Handler<Routes[Id]>;
};

export function outside<R extends RouteDefinition>(handle: OutsideHandler<R>['outside']): OutsideHandler<R> {
  return { outside: handle };
}

/** For the few routes that are asked tens of thousands of times a second. It sees to `isKeyRecalled`. */
export function hot<R extends RouteDefinition>(handle: OutsideHandler<R>['outside']): OutsideHandler<R> {
  return { outside: handle, isHot: true };
}

export function open<R extends RouteDefinition>(handle: OpenHandler<R>['open']): OpenHandler<R> {
  return { open: handle };
}

export type { RawAnswer };
