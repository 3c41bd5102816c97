import type { NextFunction, Request, Response } from 'express';
import { type Guard, type GuardSettings, type Guards, guardsOf } from './guard/guard.ts';

export type ExpressGuard = (request: Request, response: Response, next: NextFunction) => void;

export type ExpressGuards = Guards<Request, ExpressGuard>;

/** Guards for Express: `app.get('/export', requireFeature('api'), meter('requests'), handler)`. */
export function createGuards(settings: GuardSettings<Request>): ExpressGuards {
  return guardsOf(settings, middleware);
}

function middleware(guard: Guard<Request>): ExpressGuard {
  return (request, response, next) => {
    decide(guard, request, response).then((isPassed) => isPassed && next(), next);
  };
}

async function decide(guard: Guard<Request>, request: Request, response: Response): Promise<boolean> {
  const decision = await guard(request);
  if (decision.kind === 'refused') {
    const { status, headers, body } = decision.refusal;
    response.status(status).set(headers).send(JSON.stringify(body));
    return false;
  }
  for (const [name, value] of Object.entries(decision.headers)) response.append(name, value);
  response.once('close', () => {
    void decision.ended(response.writableFinished ? response.statusCode : null);
  });
  return true;
}
