import { DAY_MS, type Draw, HOUR_MS, type Play, pick, timeAt, type World } from './world.ts';

const AGES_MS = [0, 2 * HOUR_MS, 3 * DAY_MS, 20 * DAY_MS];

export const use: Play = (world, buyer, { which, n, isSo }) => {
  const type = isSo ? 'call' : 'work';
  const all = Array.from({ length: 1 + (n % 3) }, (_, index) => ({
    specversion: '1.0',
    id: world.name('e'),
    source: 'app',
    type,
    subject: buyer.key,
    time: timeAt(world.nowMs - (pick(AGES_MS, which + index) ?? 0)),
    data: { n: String(n * (index + 1)) },
  }));
  world.events.push(...all.map(({ id }) => ({ id, type, key: buyer.key })));
  return world.post('/v1/events', all);
};

export const correct: Play = async (world, _, { which, n, isSo }) => {
  const event = pick(world.events, which);
  if (event === undefined) return undefined;
  const named = { source: 'app', id: event.id };
  const time = timeAt(world.nowMs - 2 * DAY_MS);
  const content = { type: event.type, subject: event.key, time, data: { n: String(n) } };
  const body = isSo
    ? { events: [named], reason: 'Sent twice' }
    : { event: named, content, reason: 'Miscounted' };
  const path = `/v1/events/${isSo ? 'void' : 'amend'}`;
  const preview = await world.post(`${path}/preview`, body);
  return preview.status < 300 ? world.post(path, { ...body, preview_token: preview.body.token }) : preview;
};

/** Something is used and counted in one request, with credits where they are kept for it. */
export const track: Play = (world, buyer, { which, n }) => {
  const used = { customer: buyer.key, feature: 'work', quantity: String(n), event_id: world.name('t') };
  if (which % 3 === 0) return world.post('/v1/track', used);
  if (which % 3 === 1) return world.post('/v1/consume', used);
  return world.make('/v1/credits/consume', used, world.consumptions);
};

export const reserve: Play = (world, buyer, { which, n, isSo }) => {
  const held = which % 2 === 0 ? undefined : pick(world.reservations, which);
  if (held === undefined) {
    const asked = { customer: buyer.key, feature: 'work', quantity: String(1 + n), key: world.name('r') };
    const expiry = { expires_in_s: 60 + n * 60, on_expiry: isSo ? 'release' : 'hold' };
    return world.make('/v1/reservations', { ...asked, ...expiry }, world.reservations);
  }
  const at = `/v1/reservations/${held}`;
  if (n % 3 === 0) return world.post(`${at}/release`);
  const keep = n % 4 === 0 ? { keep: '1', expires_in_s: 600 } : {};
  return world.post(`${at}/settle`, { quantity: String(n), event_id: world.name('s'), ...keep });
};

const SPARKS = { credit_type: 'sparks' };

async function giveCredits(world: World, path: string, { which, n, isSo }: Draw) {
  if (which % 3 === 0) {
    const amount = String(isSo ? n + 1 : -n - 1);
    return world.post(`${path}/adjust`, { ...SPARKS, amount, reason: 'Counted anew' });
  }
  const expires = n % 3 === 0 ? { expires_at: timeAt(world.nowMs + n * DAY_MS) } : {};
  return world.make(path, { ...SPARKS, amount: String(1 + n), reason: 'Welcome', ...expires }, world.grants);
}

/** What is done with credits. */
export const credits: Play = async (world, buyer, draw) => {
  const { kind, which, n, isSo } = draw;
  const path = `/v1/customers/${buyer.id}/credits`;
  const pack = `pack-${buyer.currency.toLowerCase()}`;
  switch (kind) {
    case 'buy':
      return world.post(`${path}/purchases`, { pack });
    case 'reload':
      return world.ask('PUT', `${path}/reload`, { ...SPARKS, enabled: isSo, threshold: String(n), pack });
    case 'grant':
      return giveCredits(world, path, draw);
    case 'revoke':
      return world.post(`/v1/credit_grants/${pick(world.grants, which) ?? 'none'}/revoke`, {
        reason: 'By mistake',
      });
    default: {
      const of = isSo ? {} : { amount: String(1 + n) };
      const consumption = pick(world.consumptions, which) ?? 'none';
      return world.post(`/v1/credit_consumptions/${consumption}/refund`, { ...of, reason: 'It failed' });
    }
  }
};
