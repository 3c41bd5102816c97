import type { FileRecord } from '../../state/money-records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { invalid } from '../error.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

const TYPES = ['pdf', 'png', 'jpg'];
/** Of evidence for a dispute. */
const MAX_BYTES = 5 * 1024 * 1024;

function create({ draft, params }: Call): object {
  const purpose = params.required('purpose');
  if (purpose !== 'dispute_evidence')
    throw invalid(`Invalid purpose: the sandbox takes dispute_evidence, not ${purpose.slice(0, 40)}`, {
      param: 'purpose',
    });
  if (!params.has('file'))
    throw invalid('Missing required param: file.', { code: 'parameter_missing', param: 'file' });
  const given = params.level('file');
  const type = given.required('type');
  const size = Number(given.required('size'));
  if (!TYPES.includes(type)) {
    throw invalid('This file type is not supported for the purpose dispute_evidence.', { param: 'file' });
  }
  if (size > MAX_BYTES)
    throw invalid('The file is too large for the purpose dispute_evidence.', { param: 'file' });
  const file: FileRecord = draft.put('file', {
    id: draft.id('file_'),
    created: draft.now,
    filename: given.text('name') ?? 'file',
    purpose,
    type,
    size,
    sha256: given.required('sha256'),
  });
  return render('file', file, draft);
}

/** Routes of files; at Stripe they are on a host of their own. */
export const fileRoutes: readonly Route[] = [
  get('/v1/files', (call) => listRecords(call, 'file', '/v1/files')),
  get('/v1/files/:id', (call) => render('file', recordOfPath(call, 'file', 'file upload'), call.draft)),
  post('/v1/files', create),
];
