import { createHash } from 'node:crypto';
import { counted } from '@billhook/core/kernel/counted';
import type { AgedSecret } from '../modules/credentials/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

/** Under what staff find secrets that are to be replaced. */
export const SECRET_CASE = 'secret.rotation';

/** Tells staff once that a secret is to be replaced, and once more that it should have been. */
export async function tellOfSecret(ctx: CommandCtx, secret: AgedSecret): Promise<void> {
  const days = Math.ceil((secret.dueAt - ctx.wallNow) / 86_400_000);
  const when =
    secret.state === 'overdue'
      ? 'should have been replaced by now'
      : `is to be replaced within ${counted(days, 'day')}`;
  const detail = `The secret "${secret.name}" is ${counted(secret.ageDays, 'day')} old and ${when}.`;
  await openCase(ctx, {
    kind: SECRET_CASE,
    customerId: null,
    subjectId: secretSubject(secret.name),
    detail,
    facts: {
      name: secret.name,
      kind: secret.kind,
      due_at: iso(secret.dueAt),
      rotate_days: secret.rotateDays,
    },
  });
  ctx.emit({
    type: secret.state === 'overdue' ? 'secret.overdue' : 'secret.due_soon',
    objectId: secretSubject(secret.name),
    payload: { name: secret.name, due_at: iso(secret.dueAt), detail },
  });
}

/** Cases name their subject by a UUID; that of a secret is made from its name (RFC 9562, version 8). */
export function secretSubject(name: string): string {
  const hex = createHash('sha256').update(`secret ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
