import type { Context, MiddlewareHandler } from 'hono';
import {
  type FeatureOptions,
  featureGuard,
  type Guard,
  type GuardSettings,
  type MeterOptions,
  meterGuard,
} from './guard/guard.ts';
import { asResponse } from './guard/web-response.ts';

export interface HonoGuards {
  requireFeature(feature: string, options?: FeatureOptions): MiddlewareHandler;
  meter(feature: string, options?: MeterOptions<Context>): MiddlewareHandler;
}

/** Guards for Hono: `app.get('/export', requireFeature('api'), meter('requests'), handler)`. */
export function createGuards(settings: GuardSettings<Context>): HonoGuards {
  return {
    requireFeature: (feature, options) => middleware(featureGuard(settings, feature, options)),
    meter: (feature, options) => middleware(meterGuard(settings, feature, options)),
  };
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
