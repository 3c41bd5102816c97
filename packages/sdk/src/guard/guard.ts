import type { RightAnswer, Upgrade } from '../rights/answer.ts';
import type { CountOptions, Entitlements, SubjectOptions } from '../rights/entitlements.ts';
import type { Quantity } from '../rights/quantity.ts';
import { rateLimitFields } from './rate-limit-fields.ts';
import { type GuardRefusal, notSignedIn, type RefusalForm, refusalOf } from './verdict.ts';

/** How guards of one framework find out what they need; `Request` is what the framework hands to a middleware. */
export interface GuardSettings<Request> {
  /** Answers in the process (`createLocalEntitlements`) or by the server (`createRemoteEntitlements`). */
  readonly entitlements: Entitlements;
  /** The id of the customer that a request is from; null for nobody, who is refused with 401. */
  readonly customer: (request: Request) => string | null | Promise<string | null>;
  /** The member or device that a request is from, for features that are counted for each; null for none. */
  readonly subject?: (request: Request) => string | null | Promise<string | null>;
  /** Where a refused customer gets more; asked of the server if left out. */
  readonly upgrade?: (customer: string, feature: string) => Upgrade | null | Promise<Upgrade | null>;
  /** Told of usage of a request that was served and could not be counted. */
  readonly onUncounted?: (usage: { customer: string; feature: string; cause: unknown }) => void;
  readonly wallMs?: () => number;
}

export interface FeatureOptions {
  /** `upgrade` if left out: people are asked to buy. */
  readonly refusal?: RefusalForm;
}

export interface MeterOptions<Request> {
  /** How much a request uses; 1 if left out. */
  readonly quantity?: Quantity | ((request: Request) => Quantity | Promise<Quantity>);
  /**
   * An id of the request that is the same when the caller repeats it, so that it is counted once. Left out, each request
   * has an id of its own. What callers choose freely is no id: they would send the same one always.
   */
  readonly eventId?: (request: Request) => string | undefined;
  /**
   * `accepted`: a request counts once it is let in, whatever becomes of it. `succeeded`: its units are held while it
   * runs, count if the answer is below 500, and are given back else. `accepted` if left out.
   */
  readonly count?: 'accepted' | 'succeeded';
  /** `wait` if left out: callers are machines. */
  readonly refusal?: RefusalForm;
}

/** What a guard decided before the handler runs. */
export type Decision =
  | { readonly kind: 'refused'; readonly refusal: GuardRefusal }
  | {
      readonly kind: 'passed';
      /** For the answer of the handler. */
      readonly headers: Readonly<Record<string, string>>;
      /** To be called once with the status of the answer; of a caller that hung up, with null. */
      readonly ended: (status: number | null) => Promise<void>;
    };

/** Decides over requests, whatever framework they come from. */
export type Guard<Request> = (request: Request) => Promise<Decision>;

/** The guards of one framework: what each makes of a guard is its kind of middleware. */
export interface Guards<Request, Middleware> {
  requireFeature(feature: string, options?: FeatureOptions): Middleware;
  meter(feature: string, options?: MeterOptions<Request>): Middleware;
}

/** @param wrap makes a middleware of the framework that asks a guard and keeps to what it decides */
export function guardsOf<Request extends object, Middleware>(
  settings: GuardSettings<Request>,
  wrap: (guard: Guard<Request>) => Middleware,
): Guards<Request, Middleware> {
  return {
    requireFeature: (feature, options) => wrap(featureGuard(settings, feature, options)),
    meter: (feature, options) => wrap(meterGuard(settings, feature, options)),
  };
}

/** Lets a request pass if its customer has a feature. */
export function featureGuard<Request>(
  settings: GuardSettings<Request>,
  feature: string,
  options: FeatureOptions = {},
): Guard<Request> {
  return async (request) => {
    const customer = await settings.customer(request);
    if (customer === null) return { kind: 'refused', refusal: notSignedIn() };
    const of = await subjectIn(settings, request);
    await settings.entitlements.prepare(customer, feature, of);
    const answer = await settings.entitlements.check(customer, feature, 1, of);
    if (!answer.allowed) return refuse(settings, { customer, ...of }, answer, options.refusal ?? 'upgrade');
    return { kind: 'passed', headers: {}, ended: async () => {} };
  };
}

/** Lets a request pass if its customer has units of a feature left, and counts them; once, however often it is asked. */
export function meterGuard<Request extends object>(
  settings: GuardSettings<Request>,
  feature: string,
  options: MeterOptions<Request> = {},
): Guard<Request> {
  return async (request) => {
    if (isMetered(request, feature)) return { kind: 'passed', headers: {}, ended: async () => {} };
    const customer = await settings.customer(request);
    if (customer === null) return { kind: 'refused', refusal: notSignedIn() };
    const { eventId, count = 'accepted', refusal = 'wait' } = options;
    const quantity = await quantityOf(options, request);
    const eventName = eventId?.(request);
    const of = await subjectIn(settings, request);
    const id = eventName === undefined ? of : { ...of, eventId: eventName };
    const { allowed, answer, ended } =
      count === 'accepted'
        ? { ...(await settings.entitlements.consume(customer, feature, quantity, id)), ended: async () => {} }
        : await holdUntilEnd(settings, customer, feature, quantity, id);
    if (!allowed) return refuse(settings, { customer, ...of }, answer, refusal);
    meteredBy(request).add(feature);
    return { kind: 'passed', headers: rateLimitFields(answer, wallOf(settings)), ended };
  };
}

/** A caller that hung up is counted, because the work was begun for it. The end of a request never fails. */
async function holdUntilEnd<Request>(
  { entitlements, onUncounted }: GuardSettings<Request>,
  customer: string,
  feature: string,
  quantity: Quantity,
  id: CountOptions,
) {
  const { allowed, answer, count, giveBack } = await entitlements.hold(customer, feature, quantity, id);
  const ended = async (status: number | null) => {
    try {
      if (status !== null && status >= 500) await giveBack();
      else if (!(await count())) onUncounted?.({ customer, feature, cause: null });
    } catch (cause) {
      onUncounted?.({ customer, feature, cause });
    }
  };
  return { allowed, answer, ended };
}

async function subjectIn<Request>(
  { subject }: GuardSettings<Request>,
  request: Request,
): Promise<SubjectOptions> {
  const found = (await subject?.(request)) ?? null;
  return found === null ? {} : { subject: found };
}

/** Features that a request was counted for: the same meter may stand on a router and on its route. */
const metered = new WeakMap<object, Set<string>>();

function isMetered(request: object, feature: string): boolean {
  return metered.get(request)?.has(feature) === true;
}

function meteredBy(request: object): Set<string> {
  const features = metered.get(request) ?? new Set<string>();
  metered.set(request, features);
  return features;
}

async function quantityOf<Request>(
  { quantity = 1 }: MeterOptions<Request>,
  request: Request,
): Promise<Quantity> {
  return typeof quantity === 'function' ? quantity(request) : quantity;
}

async function refuse<Request>(
  settings: GuardSettings<Request>,
  { customer, ...of }: SubjectOptions & { customer: string },
  answer: RightAnswer,
  form: RefusalForm,
): Promise<Decision> {
  const find =
    settings.upgrade ?? ((id, feature) => settings.entitlements.upgrade(id, feature, answer.limit, of));
  const isKnown = answer.reason !== 'fallback' && answer.reason !== 'usage_not_written';
  const upgrade = isKnown ? await find(customer, answer.feature) : null;
  return { kind: 'refused', refusal: refusalOf(answer, upgrade, form, wallOf(settings)) };
}

function wallOf<Request>(settings: GuardSettings<Request>): number {
  return settings.wallMs?.() ?? Date.now();
}
