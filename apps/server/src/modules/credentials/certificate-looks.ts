import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { forgetSecret } from './repo.ts';

/** Under which name the certificate of the mail server is noted. */
export const MAIL_CERTIFICATE = 'Mail server certificate';

/** Has the certificate of the mail server be looked at from now on; without a mail server there is none. */
export async function planLook(ctx: CommandCtx, hasServer: boolean): Promise<void> {
  if (!hasServer) {
    await ctx.sql.run('delete from certificate_looks where tenant_id = $1', [ctx.tenant.id]);
    return forgetSecret(ctx, MAIL_CERTIFICATE);
  }
  await ctx.sql.run(
    'insert into certificate_looks (tenant_id, look_at) values ($1, $2) on conflict do nothing',
    [ctx.tenant.id, iso(ctx.wallNow)],
  );
}

export async function lookAgainAt(ctx: CommandCtx, at: Instant): Promise<void> {
  await ctx.sql.run('update certificate_looks set look_at = $2 where tenant_id = $1', [
    ctx.tenant.id,
    iso(at),
  ]);
}
