import { MS_PER_DAY } from '@billhook/core/time/instant';
import type { FileService } from '../modules/files/api.ts';
import {
  claimDeadlines,
  claimDisputeLookUps,
  closeEvidence,
  findDispute,
  nextDisputeAt,
  ProviderFault,
  type Providers,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { recordDisputeNews } from './record-dispute-news.ts';
import { sendAnswer } from './send-answer.ts';

const ACTOR: Actor = { kind: 'system', id: 'disputes' };

/** How long before its deadline the staff is told of a dispute that nobody has answered. */
const WARNING_MS = 3 * MS_PER_DAY;

type Deps = { transactor: Transactor; providers: Providers; files: FileService };
type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** Looks open disputes up every day, whatever webhooks bring, and warns of deadlines. */
export function disputesSource(deps: Deps): DueSource {
  return {
    name: 'disputes',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct d.tenant_id as id from disputes d join tenants t on t.id = d.tenant_id
         where d.look_up_at is not null and (d.look_up_at <= coalesce(t.frozen_at, $1)
           or (d.warned_at is null and d.evidence_state = 'none'
             and d.evidence_due_at <= coalesce(t.frozen_at, $1) + make_interval(secs => $2::double precision / 1000)))`,
        [iso(wallNow), WARNING_MS],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: (ctx) => nextDisputeAt(ctx, WARNING_MS),
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const warned = await warn(deps, request, limit);
      const due = await deps.transactor.command(request, (ctx) => claimDisputeLookUps(ctx, limit));
      for (const { id } of due) if (goesOn()) await lookUpDispute(deps, request, id);
      return warned + due.length;
    },
  };
}

function warn(deps: Deps, request: Request, limit: number): Promise<number> {
  return deps.transactor.command(request, async (ctx) => {
    const near = await claimDeadlines(ctx, WARNING_MS, limit);
    for (const { id, customerId, evidenceDueAt, amountMinor, currency } of near) {
      const facts = { amount_minor: `${amountMinor}`, currency, evidence_due_at: evidenceDueAt };
      await openCase(ctx, {
        kind: 'dispute.deadline_near',
        customerId,
        subjectId: id,
        detail: 'A dispute is not answered and its deadline is near. Without an answer it is lost.',
        facts,
      });
      ctx.emit({ type: 'dispute.deadline_near', objectId: id, customerId, payload: facts });
    }
    return near.length;
  });
}

/** Asks the provider how a dispute stands. A call without an answer is made again with the next look-up. */
async function lookUpDispute(deps: Deps, request: Request, id: string): Promise<void> {
  const dispute = await deps.transactor.query(request, (ctx) => findDispute(ctx, id));
  if (dispute === undefined) return;
  try {
    const provider = await deps.providers.of(request.tenantId, dispute.provider);
    const told = await provider.retrieveDispute?.(dispute.providerObjectId);
    if (told === undefined) return;
    // An answer on its way whose outcome nobody heard: the provider asks for none any more once it has one.
    const isTaken = dispute.evidenceState === 'sending' && told.evidenceDueAt === null;
    if (dispute.evidenceState === 'sending' && !isTaken) await sendAnswer(deps, request, dispute);
    await deps.transactor.command(request, async (ctx) => {
      await recordDisputeNews(ctx, dispute.provider, told);
      if (dispute.evidenceState === 'sending') await closeEvidence(ctx, id, 'submitted');
    });
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
  }
}
