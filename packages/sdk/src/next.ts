import { type Guard, type GuardSettings, type Guards, guardsOf } from './guard/guard.ts';
import { asResponse, withHeaders } from './guard/web-response.ts';

/** A route handler of Next.js: what a `route.ts` exports as `GET`, `POST` and so on. */
export type RouteHandler<Rest extends unknown[] = unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>;

/** Puts a guard before a route handler. */
export type WrapHandler = <Rest extends unknown[]>(
  handler: RouteHandler<Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>;

export type NextGuards = Guards<Request, WrapHandler>;

/** Guards for route handlers of Next.js: `export const GET = requireFeature('api')(meter('requests')(handler))`. */
export function createGuards(settings: GuardSettings<Request>): NextGuards {
  return guardsOf(settings, wrapBy);
}

/** What a handler throws became no answer, so it counts as a fault of the server. */
const THROWN = 500;

function wrapBy(guard: Guard<Request>): WrapHandler {
  return (handler) =>
    async (request, ...rest) => {
      const decision = await guard(request);
      if (decision.kind === 'refused') return asResponse(decision.refusal);
      let status = THROWN;
      try {
        const response = await handler(request, ...rest);
        status = response.status;
        return withHeaders(response, decision.headers);
      } finally {
        await decision.ended(status);
      }
    };
}
