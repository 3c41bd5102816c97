import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { decideAnswer, type EvidenceKind } from '@billhook/core/payments/decide-answer';
import { getFile } from '../modules/files/api.ts';
import {
  closeEvidence,
  type DisputeEvidence,
  type DisputeRow,
  findDispute,
  ProviderFault,
  planEvidence,
  planFiles,
} from '../modules/payments/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { recordDisputeNews } from './record-dispute-news.ts';
import { type SendingDeps, sendAnswer } from './send-answer.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };
export type GivenFile = { fileId: string; kind: EvidenceKind };

/**
 * Hands the seller's answer in, once: it is written first with its files, then sent under a key of its own, then the dispute
 * is taken as the provider says. An answer whose outcome is unknown is sent again under that key with the daily look-up.
 * Refusals: `dispute.not_found`, those of `decideAnswer`, `provider.unavailable`.
 */
export async function answerDispute(
  deps: SendingDeps,
  request: Request,
  id: string,
  answer: { evidence: DisputeEvidence; files: readonly GivenFile[] },
): Promise<void> {
  const dispute = await deps.transactor.command(request, (ctx) => planAnswer(ctx, id, answer));
  try {
    const told = await sendAnswer(deps, request, dispute);
    await deps.transactor.command(request, async (ctx) => {
      await closeEvidence(ctx, id, 'submitted');
      if (told !== undefined) await recordDisputeNews(ctx, dispute.provider, told);
    });
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    const isUnknown = error.kind === 'unknown';
    if (!isUnknown) await deps.transactor.command(request, (ctx) => closeEvidence(ctx, id, 'none'));
    refuse(
      'provider.unavailable',
      isUnknown
        ? 'The provider did not answer; whether the evidence arrived is looked up, and it is sent again if not.'
        : `The provider did not take the evidence: ${error.message}`,
    );
  }
}

async function planAnswer(
  ctx: CommandCtx,
  id: string,
  { evidence, files }: { evidence: DisputeEvidence; files: readonly GivenFile[] },
): Promise<DisputeRow> {
  const known = await findDispute(ctx, id);
  if (known === undefined) return refuse('dispute.not_found', 'There is no such dispute.');
  const given = [];
  for (const { fileId, kind } of files) {
    const file = await getFile(ctx, fileId);
    given.push({ kind, file: file?.state === 'clean' ? file : null });
  }
  const { customerId, closedAt, evidenceState, evidenceDueAt } = known;
  const decision = decideAnswer({
    now: ctx.now,
    dispute: { customerId, isClosed: closedAt !== null, evidenceState, evidenceDueAt },
    files: given,
  });
  if (!decision.ok) return refuse(decision.refusal.code as 'dispute.closed', decision.refusal.detail);
  if (!(await planEvidence(ctx, id, evidence)))
    return refuse('dispute.answered', 'This dispute has been answered; that can be done once.');
  await planFiles(ctx, { id, customerId }, files);
  ctx.audit({
    action: 'dispute.answer',
    objectKind: 'dispute',
    objectId: encodeTypeId('dp', id),
    details: {
      fields: Object.keys(evidence).filter((name) => evidence[name as keyof DisputeEvidence] !== null),
      files: files.map(({ fileId, kind }) => ({ kind, file: encodeTypeId('file', fileId) })),
    },
  });
  return { ...known, evidence };
}
