import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import { billingRoutes } from '../stripe/billing/routes.ts';
import type { Route } from '../stripe/call.ts';
import { ApiError } from '../stripe/error.ts';
import { findRoute } from '../stripe/find-route.ts';
import { parseForm } from '../stripe/form.ts';
import { STRIPE_ROUTES } from '../stripe/http.ts';
import { Params } from '../stripe/params.ts';
import type { JsonObject, RequestValues, Trigger, TriggerApi, TriggerOptions } from './trigger.ts';

/** What came of a trigger: the event that was asked for, and everything that came before it. */
export interface Triggered {
  readonly id: string;
  readonly type: string;
  readonly before: readonly string[];
}

/** Runs a trigger on an account. Throws what the API refuses, and where the event did not come about. */
export function runTrigger(
  context: Context,
  account: Account,
  type: string,
  trigger: Trigger,
  options: TriggerOptions,
): Triggered {
  const known = account.events.size;
  trigger(apiOf(context, account, options));
  const events = [...account.events.values()].slice(known);
  const event = events.findLast((one) => one.type === type);
  if (event === undefined) throw new Error(`the trigger of ${type} did not bring it about`);
  return { id: event.id, type, before: events.filter((one) => one !== event).map((one) => one.type) };
}

function apiOf(context: Context, account: Account, options: TriggerOptions): TriggerApi {
  const write = (method: 'POST' | 'DELETE', path: string, values: RequestValues) => {
    const { route, id } = routeOf(method, path);
    const draft = newDraft(context, account);
    const params = new Params(parseForm(formOf(values)));
    try {
      const answer = route.write({ draft, params, id });
      params.finish();
      draft.commit();
      return JSON.parse(JSON.stringify(answer)) as JsonObject & { id: string };
    } catch (cause) {
      if (!(cause instanceof ApiError) || !cause.keepsChanges) throw cause;
      draft.commit();
      return { id: '', error: cause.body };
    }
  };
  return {
    options,
    post: (path, values = {}) => write('POST', path, values),
    remove: (path) => write('DELETE', path, {}),
    act(deed) {
      const draft = newDraft(context, account);
      deed(draft);
      draft.commit();
    },
  };
}

type WriteRoute = Extract<Route, { write: unknown }>;

function routeOf(method: string, path: string): { route: WriteRoute; id: string } {
  const found = findRoute([...STRIPE_ROUTES, ...billingRoutes], method, path);
  if (found === undefined || !('write' in found.route)) throw new Error(`the API has no ${method} ${path}`);
  return { route: found.route, id: found.id };
}

/** Values in the form that Stripe's API takes. */
function formOf(values: RequestValues): string {
  const form = new URLSearchParams();
  const place = (name: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) place(`${name}[${key}]`, inner);
    } else form.set(name, String(value));
  };
  for (const [name, value] of Object.entries(values)) place(name, value);
  return form.toString();
}
