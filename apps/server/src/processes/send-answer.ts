import { createHash } from 'node:crypto';
import type { FileService } from '../modules/files/api.ts';
import {
  type DisputeRow,
  type EvidenceFile,
  filesOfDisputes,
  type ProviderDispute,
  type Providers,
} from '../modules/payments/api.ts';
import type { Actor } from '../platform/context.ts';
import type { Transactor } from '../platform/transaction.ts';

export type SendingDeps = { transactor: Transactor; providers: Providers; files: FileService };
type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** Sends what was written: the same words, files and key each time. */
export async function sendAnswer(
  deps: SendingDeps,
  request: Request,
  { id, provider: name, providerObjectId, evidence }: DisputeRow,
): Promise<ProviderDispute | undefined> {
  if (evidence === null) return undefined;
  const planned = await deps.transactor.query(request, (ctx) => filesOfDisputes(ctx, [id]));
  const files: EvidenceFile[] = [];
  for (const { fileId, kind } of planned) {
    const { file, bytes } = await deps.files.read(request, fileId);
    files.push({ kind, name: file.name, contentType: file.contentType, bytes });
  }
  const provider = await deps.providers.of(request.tenantId, name);
  // Another answer, after one that the provider refused, must not be taken for that one.
  // The database gives the members back in an order of its own.
  const members = Object.entries(evidence).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const words = createHash('sha256').update(JSON.stringify(members));
  for (const { kind, sha256 } of planned) words.update(kind).update(sha256);
  const key = `evidence:${id}:${words.digest('hex').slice(0, 16)}`;
  return provider.submitEvidence?.(providerObjectId, evidence, files, key);
}
