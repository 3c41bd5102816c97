import type { Answer } from '../caller.ts';
import { ADD_ONS, COUPONS, PLANS, versionOf } from './catalogue.ts';
import { type Buyer, DAY_MS, type Draw, type Listed, type Play, pick, timeAt, type World } from './world.ts';

const WHEN = ['now', 'period_end'] as const;

export const subscribe: Play = (world, buyer, { which, n, isSo }) =>
  world.post('/v1/subscriptions', {
    customer: buyer.id,
    plan: pick(PLANS, which),
    currency: buyer.currency,
    collection: isSo ? 'automatic' : 'manual',
    ...(n % 3 === 0 ? { quantity: n + 1 } : {}),
    ...(n % 4 === 0 ? { coupons: [pick(COUPONS, n >> 2)] } : {}),
    ...(n % 5 === 4 ? { billing_day: 31 } : {}),
    ...(n % 6 === 5 ? { billing_threshold: { source: 'subscription', amount: String(n * 100) } } : {}),
    ...(n % 7 === 6 ? { start_at: timeAt(world.nowMs + n * DAY_MS) } : {}),
    ...(n % 9 === 8 ? { phases: [{ at: timeAt(world.nowMs + 40 * DAY_MS), plan: pick(PLANS, n) }] } : {}),
    ...(n % 11 === 10 ? { end_after_periods: 2 } : {}),
  });

/** One to which this can be done mostly, and at times whichever there is. */
function findOne(world: World, buyer: Buyer, { kind, which }: Draw): Promise<Listed | undefined> {
  const standing = { resume: 'paused', trial: 'trialing' }[kind] ?? 'active';
  const plan = { seats: '&plan=team', addOn: '&plan=small' }[kind] ?? '';
  return world.one('subscriptions', buyer, which, which % 7 === 0 ? '' : `&status=${standing}${plan}`);
}

function addOn(world: World, path: string, found: Listed, { which, n, isSo }: Draw): Promise<Answer> {
  const has = pick(found.add_ons ?? [], which);
  if (has === undefined || n % 3 === 0) {
    return world.post(`${path}/add_ons`, { add_on: pick(ADD_ONS, n), quantity: 1 + (n % 4) });
  }
  const at = `${path}/add_ons/${has.add_on.key}`;
  const when = pick(WHEN, n >> 1);
  if (isSo) return world.post(`${at}/quantity`, { quantity: 1 + (n % 6), when });
  return world.post(`${at}/end`, { when, ...(n % 4 === 0 ? { credit: true } : {}) });
}

type Act = (world: World, path: string, draw: Draw, found: Listed) => Promise<Answer>;
const ACTS: Readonly<Record<string, Act>> = {
  change: (world, path, { n }) =>
    world.post(`${path}/change`, { plan: pick(PLANS, n), when: pick([...WHEN, 'by_direction'], n >> 1) }),
  seats: (world, path, { n, isSo }) =>
    world.post(`${path}/seats`, {
      quantity: 1 + (n % 9),
      when: pick(WHEN, n),
      ...(isSo ? {} : { proration: 'none' }),
    }),
  pause: (world, path, { n, isSo }) =>
    world.post(`${path}/pause`, {
      mode: isSo ? 'keep_period' : 'stop_period',
      ...(n % 3 === 0 ? { until: timeAt(world.nowMs + (5 + n) * DAY_MS) } : {}),
    }),
  resume: (world, path) => world.post(`${path}/resume`),
  cancel: (world, path, { n, isSo }) =>
    world.post(`${path}/cancel`, {
      ...(n % 4 === 3 ? { at: timeAt(world.nowMs + n * DAY_MS) } : { when: pick(WHEN, n) }),
      ...(n % 3 === 0 ? {} : { credit: isSo }),
    }),
  undo: (world, path, { which }, { schedule = [] }) =>
    world.post(
      which % 2 === 0 ? `${path}/undo` : `${path}/schedule/${pick(schedule, which)?.id ?? 'none'}/undo`,
    ),
  discount: (world, path, { n, which }, { discounts = [] }) =>
    n % 4 === 0
      ? world.post(`${path}/discounts/${pick(discounts, which)?.id ?? 'none'}/end`)
      : world.post(`${path}/discounts`, { coupon: pick(COUPONS, n) }),
  charge: (world, path, { n }) =>
    world.post(`${path}/charges`, {
      description: 'Set-up',
      amount: String(1 + n * 333),
      quantity: 1 + (n % 3),
    }),
  addOn: (world, path, draw, found) => addOn(world, path, found, draw),
  price: (world, path, { n }) =>
    world.post(`${path}/prices`, { price: 'base', pricing: { model: 'flat', amount: String(n * 150) } }),
  trial: (world, path, { n }) =>
    world.post(`${path}/trial`, n % 3 === 0 ? {} : { end_at: timeAt(world.nowMs + n * DAY_MS) }),
  renewal: (world, path, { isSo }) => world.post(`${path}/renewal`, { renews: isSo }),
  threshold: (world, path, { n, isSo }) =>
    world.post(`${path}/threshold`, {
      source: 'subscription',
      amount: isSo ? String(100 + n * 100) : null,
    }),
  migrate: (world, path, { n, isSo }) =>
    world.post(`${path}/migrate`, {
      version: 1 + (n % 4),
      when: isSo ? 'now' : 'at_renewal',
      ...(n % 3 === 0 ? { proration: 'none' } : {}),
    }),
};

/** What is done to a subscription: of its life, and what is charged on it. */
export const live: Play = async (world, buyer, draw) => {
  const listed = await findOne(world, buyer, draw);
  if (listed === undefined) return undefined;
  const path = `/v1/subscriptions/${listed.id}`;
  const { body } = await world.ask('GET', path);
  return ACTS[draw.kind]?.(world, path, draw, body as unknown as Listed);
};

/** A plan at another price from now on, and at times for all that have it. */
export const reprice: Play = async (world, _, { which, n, isSo }) => {
  const key = pick(PLANS, which) ?? '';
  const { body } = await world.ask('GET', '/v1/plans?limit=100');
  const plan = (body.data as unknown as Listed[]).find((one) => one.key === key);
  const made = await world.post(`/v1/plans/${plan?.id}/versions`, versionOf(key, n));
  if (!isSo || made.status >= 300) return made;
  const { version } = made.body as unknown as Listed;
  const when = n % 2 === 0 ? 'now' : 'at_renewal';
  return world.post(`/v1/plans/${plan?.id}/versions/${version}/migrate`, { when });
};

/** A customer moves: other taxes, another day of payment, or one invoice for all. */
export const move: Play = (world, buyer, { n }) =>
  world.ask(
    'PATCH',
    `/v1/customers/${buyer.id}`,
    pick(
      [
        { country: pick(['DE', 'FR', 'JP', 'US'], n) },
        { payment_terms_days: n },
        { invoice_consolidation: pick([null, 'as_due', 'day', 'month'], n) },
        { time_zone: pick(['Asia/Tokyo', 'America/New_York', 'UTC'], n) },
      ],
      n >> 2,
    ),
  );
