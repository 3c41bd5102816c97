import { type Api, connect, type OwnerApi } from './api.ts';
import { HOUR_MS, iso, lastBilled, WEEK_MS } from './calendar.ts';
import { catalogueFile } from './catalogue-file.ts';
import { move } from './moves.ts';
import { createRandom, type DemoTenant, type Random } from './story.ts';

/** A customer of the story, as far as it has come. */
export type Actor = {
  index: number;
  id: string;
  subscription: string;
  plan: string;
  signedUpAt: number;
  anchor: number;
  gone: boolean;
};

export type Progress = { percent: number; step: string; now: string };

const WEEKS = 26;
// Sign-ups end some weeks before the present, so that everybody has a month of history.
const SIGN_UP_WEEKS = 20;

/** Plays the whole story of one tenant, from six months ago to the present. */
export async function tell(
  owner: OwnerApi,
  baseUrl: string,
  tenant: DemoTenant,
  now: number,
  report: (progress: Progress) => void,
): Promise<void> {
  // The last step lies before the present, so that the clock can then follow real time.
  const start = Math.floor(now / HOUR_MS) * HOUR_MS - WEEKS * WEEK_MS;
  const api = await found(owner, baseUrl, tenant, start);
  const random = createRandom([...tenant.slug].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const actors: Actor[] = [];
  for (let number = 0; number <= WEEKS; number += 1) {
    const at = start + number * WEEK_MS;
    if (number > 0) await moveClock(api, at);
    if (number > 0) await use(api, tenant, actors, { from: at - WEEK_MS, to: at, week: number }, random);
    await week(api, tenant, actors, number, at, random);
    report({
      percent: Math.floor((number * 100) / (WEEKS + 1)),
      step: stepWords(number, actors.length),
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

async function arrived(api: Api): Promise<void> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const clock = await api.get<{ moving: unknown; last_move: { fault: string | null } | null }>('/v1/clock');
    if (clock.moving === null) {
      if (clock.last_move?.fault) throw new Error(clock.last_move.fault);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the clock did not arrive');
}

async function week(
  api: Api,
  tenant: DemoTenant,
  actors: Actor[],
  number: number,
  at: number,
  random: Random,
): Promise<void> {
  for (
    let index = actors.length;
    index < tenant.customers && Math.floor((index * SIGN_UP_WEEKS) / tenant.customers) <= number;
    index += 1
  ) {
    actors.push(await signUp(api, tenant, index, at, random));
  }
  for (const step of tenant.moves) {
    const actor = step.week === number ? actors[step.customer] : undefined;
    if (actor) await move(api, actor, step);
  }
}

async function signUp(
  api: Api,
  tenant: DemoTenant,
  index: number,
  at: number,
  random: Random,
): Promise<Actor> {
  const person = tenant.people(index, random);
  const first = tenant.firstPlan(index, random);
  const customer = await api.send<{ id: string }>('POST', '/v1/customers', {
    name: person.name,
    email: person.email,
    external_id: `${tenant.slug}-${String(index + 1).padStart(4, '0')}`,
    country: person.country,
    time_zone: person.timeZone,
    currency: tenant.currency,
  });
  await api.send('POST', `/v1/customers/${customer.id}/payment_methods`, {
    provider_method_id: 'pm_card_visa',
  });
  const subscription = await api.send<{ id: string; anchor_at: string }>('POST', '/v1/subscriptions', {
    customer: customer.id,
    plan: first.plan,
    ...(first.quantity ? { quantity: first.quantity } : {}),
  });
  return {
    index,
    id: customer.id,
    subscription: subscription.id,
    plan: first.plan,
    signedUpAt: at,
    anchor: Date.parse(subscription.anchor_at),
    gone: false,
  };
}

/** Sends what was used since the last week, with times after the last bill of each customer. */
async function use(
  api: Api,
  tenant: DemoTenant,
  actors: readonly Actor[],
  span: { from: number; to: number; week: number },
  random: Random,
): Promise<void> {
  const events: unknown[] = [];
  for (const actor of actors) {
    if (actor.gone) continue;
    const billed = actor.anchor > span.to ? actor.signedUpAt : lastBilled(actor.anchor, span.to);
    const from = Math.max(span.from, billed + 3 * HOUR_MS, actor.signedUpAt + HOUR_MS);
    if (from >= span.to) continue;
    for (const usage of tenant.weeklyUsage({
      index: actor.index,
      week: span.week,
      plan: actor.plan,
      random,
    })) {
      for (let count = 0; count < usage.count; count += 1) {
        const time = random.between(Math.floor(from / 1000), Math.floor(span.to / 1000) - 1) * 1000;
        events.push({
          specversion: '1.0',
          id: `${actor.index}-${span.week}-${events.length}`,
          source: `/demo/${tenant.slug}`,
          type: usage.type,
          subject: actor.id,
          time: iso(time),
          ...(usage.data ? { data: usage.data(random) } : {}),
        });
      }
    }
  }
  for (let from = 0; from < events.length; from += 1_000)
    await api.send('POST', '/v1/events', events.slice(from, from + 1_000));
}
