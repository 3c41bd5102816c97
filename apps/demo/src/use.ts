import type { Api } from './api.ts';
import { HOUR_MS, iso, lastBilled } from './calendar.ts';
import type { DemoTenant, Random } from './story.ts';
import type { Actor } from './tell.ts';

type Span = { from: number; to: number; week: number };
type Verdicts = { counts: { accepted: number }; results: { status: string; reason?: string }[] };

/** Sends what was used since the last week, with times after the last bill of each customer. */
export async function use(
  api: Api,
  tenant: DemoTenant,
  actors: readonly Actor[],
  span: Span,
  random: Random,
): Promise<void> {
  const events = actors.flatMap((actor) => eventsOf(tenant, actor, span, random));
  for (let from = 0; from < events.length; from += 1_000) {
    const sent = events.slice(from, from + 1_000);
    const { counts, results } = await api.send<Verdicts>('POST', '/v1/events', sent);
    if (counts.accepted === sent.length) continue;
    const other = results.findIndex(({ status }) => status !== 'accepted');
    throw new Error(
      `usage of ${tenant.slug} was not accepted: ${JSON.stringify([counts, sent[other], results[other]])}`,
    );
  }
}

function eventsOf(tenant: DemoTenant, actor: Actor, span: Span, random: Random): unknown[] {
  if (actor.gone) return [];
  const billed =
    actor.anchor > span.to ? actor.signedUpAt : lastBilled(actor.anchor, actor.timeZone, span.to);
  const from = Math.max(span.from, billed + 3 * HOUR_MS, actor.signedUpAt + HOUR_MS);
  if (from >= span.to) return [];
  const used = tenant.weeklyUsage({
    index: actor.index,
    week: span.week,
    age: span.week - actor.signedUpWeek,
    plan: actor.plan,
    reported: actor.reported,
    random,
  });
  return used
    .flatMap(({ type, data }) => data.map((values) => ({ type, values })))
    .map(({ type, values }, position) => ({
      specversion: '1.0',
      id: `${actor.index + 1}-${span.week}-${position + 1}`,
      source: `/demo/${tenant.slug}`,
      type,
      subject: actor.id,
      time: iso(random.between(Math.floor(from / 1000), Math.floor(span.to / 1000) - 1) * 1000),
      data: values,
    }));
}
