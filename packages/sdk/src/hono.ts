import type { Context, MiddlewareHandler } from 'hono';
import { type Guard, type GuardSettings, type Guards, guardsOf } from './guard/guard.ts';
import { asResponse } from './guard/web-response.ts';

export type HonoGuards = Guards<Context, MiddlewareHandler>;

/** Guards for Hono: `app.get('/export', requireFeature('api'), meter('requests'), handler)`. */
export function createGuards(settings: GuardSettings<Context>): HonoGuards {
  return guardsOf(settings, middleware);
}

function middleware(guard: Guard<Context>): MiddlewareHandler {
  return async (context, next) => {
    const decision = await guard(context);
    if (decision.kind === 'refused') return asResponse(decision.refusal);
    // What a handler throws has become an answer by the time `next` is done.
    await next();
    for (const [name, value] of Object.entries(decision.headers)) {
      context.header(name, value, { append: true });
    }
    await decision.ended(context.res.status);
    return undefined;
  };
}
