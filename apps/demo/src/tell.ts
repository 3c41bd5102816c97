import { type Api, connect, type OwnerApi } from './api.ts';
import { iso, signUpWeek, stops, WEEKS } from './calendar.ts';
import { catalogueFile } from './catalogue-file.ts';
import { addCard, move, notice, recover } from './moves.ts';
import { createRandom, type DemoPlan, type DemoTenant } from './story.ts';
import { use } from './use.ts';

/** A customer of the story, as far as it has come. */
export type Actor = {
  index: number;
  id: string;
  subscription: string;
  plan: string;
  signedUpAt: number;
  signedUpWeek: number;
  anchor: number;
  timeZone: string;
  hasCard: boolean;
  /** The card fails, and another one comes as soon as a bill is open. */
  bringsAnotherCard: boolean;
  /** The card fails, and nobody does anything about it. */
  cardFails: boolean;
  gone: boolean;
  reported: Map<string, number>;
};

export type Progress = { percent: number; step: string; now: string };

/** Plays the whole story of one tenant, from six months ago to the present. */
export async function tell(
  owner: OwnerApi,
  baseUrl: string,
  tenant: DemoTenant,
  now: number,
  report: (progress: Progress) => void,
): Promise<void> {
  const random = createRandom([...tenant.slug].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const times = stops(now, random);
  const [start = now] = times;
  const api = await found(owner, baseUrl, tenant, start);
  const actors: Actor[] = [];
  for (const [week, at] of times.entries()) {
    if (week > 0) {
      await moveClock(api, at);
      for (const actor of actors) if (actor.cardFails && !actor.gone) await notice(api, actor);
      await use(api, tenant, actors, { from: times[week - 1] ?? start, to: at, week }, random);
    }
    await liveWeek(api, tenant, actors, week, at);
    report({
      percent: Math.floor((week * 100) / (WEEKS + 1)),
      step: stepWords(week, actors.length),
      now: iso(at),
    });
  }
  await api.send('POST', '/v1/clock/release', {});
  await arrived(api);
  report({ percent: 100, step: 'ready', now: iso(now) });
}

const stepWords = (week: number, customers: number) =>
  `week ${Math.min(week + 1, WEEKS)} of ${WEEKS}, ${customers} customers`;

/** Makes the tenant, its key and its catalogue. */
async function found(owner: OwnerApi, baseUrl: string, tenant: DemoTenant, start: number): Promise<Api> {
  const made = await owner.send<{ id: string }>('POST', '/v1/tenants', {
    slug: tenant.slug,
    name: tenant.name,
    kind: 'sandbox',
    currency: tenant.currency,
    time_zone: tenant.timeZone,
    clock_at: iso(start),
  });
  const asOwner = owner.forTenant(made.id);
  const key = await asOwner.send<{ secret: string }>('POST', '/v1/api_keys', { name: 'Demo story' });
  const api = connect(baseUrl, { authorization: `Bearer ${key.secret}` });
  await asOwner.send('PATCH', '/v1/tenant', {
    settings: {
      seller: {
        legal_name: tenant.seller.legalName,
        address: tenant.seller.address,
        tax_id: tenant.seller.taxId,
        email: tenant.seller.email,
      },
      tax_rates: tenant.taxRates,
      retry_delays_days: [3, 5, 7],
      payment_terms_days: 0,
    },
  });
  await api.send('PUT', '/v1/catalogue', catalogueFile(tenant.catalogue, tenant.currency));
  return api;
}

async function moveClock(api: Api, to: number): Promise<void> {
  await api.send('POST', '/v1/clock/advance', { to: iso(to) });
  await arrived(api);
}

const PATIENCE_MS = 180_000;

/** Waits until the clock stands. It asks less and less often, because each question takes time from what it waits for. */
async function arrived(api: Api): Promise<void> {
  let delayMs = 40;
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += delayMs) {
    const clock = await api.get<{ moving: unknown; last_move: { fault: string | null } | null }>('/v1/clock');
    if (clock.moving === null) {
      if (clock.last_move?.fault) throw new Error(clock.last_move.fault);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    delayMs = Math.min(250, Math.round(delayMs * 1.5));
  }
  throw new Error('the clock did not arrive');
}

/** Who signs up in this week, and what those who are there decide. */
async function liveWeek(
  api: Api,
  tenant: DemoTenant,
  actors: Actor[],
  week: number,
  at: number,
): Promise<void> {
  for (const actor of actors) if (actor.bringsAnotherCard) await recover(api, actor);
  while (actors.length < tenant.customers && signUpWeek(actors.length, tenant.customers) <= week) {
    actors.push(await signUp(api, tenant, actors.length, week, at));
  }
  for (const step of tenant.moves) {
    if (step.week !== week) continue;
    const actor = actors[step.customer];
    if (!actor) throw new Error(`customer ${step.customer} of ${tenant.slug} is not there in week ${week}`);
    await move(api, actor, step, tenant.catalogue.credits?.types[0]?.key);
  }
}

async function signUp(api: Api, tenant: DemoTenant, index: number, week: number, at: number): Promise<Actor> {
  const person = tenant.people(index);
  const plan = tenant.firstPlan(index);
  const customer = await api.send<{ id: string }>('POST', '/v1/customers', {
    name: person.name,
    email: person.email,
    external_id: `${tenant.slug}-${String(index + 1).padStart(4, '0')}`,
    country: person.country,
    time_zone: person.timeZone,
    address: person.address,
    tax_id: person.taxId ?? null,
    currency: tenant.currency,
  });
  const actor: Actor = {
    index,
    id: customer.id,
    subscription: '',
    plan,
    signedUpAt: at,
    signedUpWeek: week,
    anchor: at,
    timeZone: person.timeZone,
    hasCard: false,
    bringsAnotherCard: false,
    cardFails: false,
    gone: false,
    reported: new Map(),
  };
  if (!isFree(tenant.catalogue.plans.find(({ key }) => key === plan))) await addCard(api, actor);
  const subscription = await api.send<{ id: string; anchor_at: string }>('POST', '/v1/subscriptions', {
    customer: customer.id,
    plan,
  });
  return Object.assign(actor, {
    subscription: subscription.id,
    anchor: Date.parse(subscription.anchor_at),
  });
}

/** Nobody is asked for a card where nothing is ever charged. */
function isFree(plan: DemoPlan | undefined): boolean {
  return plan?.prices.every(({ model }) => 'flat' in model && Number(model.flat) === 0) ?? false;
}
