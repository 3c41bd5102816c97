import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import { createJoiner, type Joiner } from '../../../platform/joiner.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import type { IngestAnswer, UsageEvent } from '../types.ts';
import { answerTo, eventsOf, ingestEvents, MAX_BATCH, readBatch } from './ingest.ts';

/** Takes a batch of CloudEvents as received; acknowledged means committed. */
export type IngestJoined = (request: TransactionRequest, values: readonly unknown[]) => Promise<IngestAnswer>;

type Asked = { request: TransactionRequest; events: readonly UsageEvent[] };

/**
 * Requests of one tenant that arrive at the same time share a transaction: one commit and one statement of each kind
 * for all of them. One writer a tenant is best: two would wait for each other's sums, and what arrives meanwhile makes
 * the next commit larger.
 */
export function joinIngest(transactor: Transactor): IngestJoined {
  const byTenant = new Map<number, Joiner<Asked, EventVerdict[]>>();

  function joinerOf(tenantId: number): Joiner<Asked, EventVerdict[]> {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const made = createJoiner<Asked, EventVerdict[]>({
      run: (asked) => commit(transactor, asked),
      weightOf: ({ events }) => events.length,
      maxWeight: MAX_BATCH,
      lanes: 1,
      mayStand: (error) => error instanceof OutcomeUnknown,
    });
    byTenant.set(tenantId, made);
    return made;
  }

  return async (request, values) => {
    const reads = readBatch(values);
    const events = eventsOf(reads);
    const verdicts = events.length === 0 ? [] : await joinerOf(request.tenantId).ask({ request, events });
    return answerTo(reads, verdicts);
  };
}

/** One transaction for all; nothing that is written in it names who sent it. */
async function commit(transactor: Transactor, asked: readonly Asked[]): Promise<EventVerdict[][]> {
  const [first] = asked;
  if (first === undefined) return [];
  const verdicts = await transactor.command(first.request, (ctx) =>
    ingestEvents(
      ctx,
      asked.flatMap(({ events }) => events),
    ),
  );
  let start = 0;
  return asked.map(({ events }) => {
    start += events.length;
    return verdicts.slice(start - events.length, start);
  });
}
