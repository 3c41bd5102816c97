import type { DisputeRecord } from '../../state/money-records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { close, submitDispute } from '../dispute.ts';
import { invalid, missing } from '../error.ts';
import { EVIDENCE_FIELDS, FILE_FIELDS } from '../objects/dispute.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'dispute');
  const level = params.level('evidence');
  const evidence: Record<string, string> = { ...before.evidence };
  for (const field of EVIDENCE_FIELDS) {
    const text = level.text(field);
    if (text === null) delete evidence[field];
    else if (text !== undefined) {
      if (FILE_FIELDS.has(field) && draft.get('file', text) === undefined) {
        throw missing('file upload', text, `evidence[${field}]`);
      }
      evidence[field] = text;
    }
  }
  if (!before.status.endsWith('needs_response') && params.has('evidence')) {
    throw invalid('This dispute does not take evidence any more.', { code: 'dispute_evidence_not_accepted' });
  }
  const after: DisputeRecord = draft.put('dispute', {
    ...before,
    evidence,
    metadata: params.metadata(before.metadata),
  });
  const shown = params.flag('submit') === false ? after : submitDispute(draft, after);
  return render('dispute', shown, draft);
}

function closeDispute(call: Call): object {
  const dispute = recordOfPath(call, 'dispute');
  if (dispute.dueAt === null) throw invalid('This dispute is already closed.');
  return render('dispute', close(call.draft, dispute, 'lost'), call.draft);
}

function list(call: Call): object {
  const charge = call.params.text('charge') ?? null;
  const intent = call.params.text('payment_intent') ?? null;
  return listRecords(
    call,
    'dispute',
    '/v1/disputes',
    (dispute) =>
      (charge === null || dispute.charge === charge) && (intent === null || dispute.paymentIntent === intent),
  );
}

/** Routes of disputes. */
export const disputeRoutes: readonly Route[] = [
  get('/v1/disputes', list),
  get('/v1/disputes/:id', (call) => render('dispute', recordOfPath(call, 'dispute'), call.draft)),
  post('/v1/disputes/:id', update),
  post('/v1/disputes/:id/close', closeDispute),
];
