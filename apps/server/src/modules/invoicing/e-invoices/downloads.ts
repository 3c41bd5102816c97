import type { CommandCtx } from '../../../platform/context.ts';
import { findUser } from '../../customers/members/api.ts';
import { type DocumentFormat, recordDelivery } from './deliveries.ts';
import type { DocumentRef } from './repo.ts';

/** Notes that the signed-in user of the portal has taken a document. */
export async function recordDownload(
  ctx: CommandCtx,
  document: DocumentRef,
  format: DocumentFormat,
): Promise<void> {
  const user = await findUser(ctx, ctx.actor.id);
  const recipient = user?.email ?? ctx.actor.id;
  await recordDelivery(ctx, document, { channel: 'download', format, recipient });
}
