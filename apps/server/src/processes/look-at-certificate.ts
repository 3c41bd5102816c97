import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { KnownSecret } from '../modules/credentials/api.ts';
import { forgetSecret, lookAgainAt, MAIL_CERTIFICATE, noteSecret } from '../modules/credentials/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'look-at-certificate' };

/** What the mail server showed; `silent` where it could not be asked, which says nothing of its certificate. */
export type SeenCertificate = 'silent' | 'none' | (Pick<KnownSecret, 'mark'> & { endsAt: Instant });

type Deps = { transactor: Transactor; look(now: Instant): Promise<SeenCertificate> };

/** Looks once a day whether the certificate of the mail server comes to its end, so that staff are warned of it. */
export function certificateSource({ transactor, look }: Deps): DueSource {
  return {
    name: 'certificates',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        'select tenant_id as id from certificate_looks where look_at <= $1',
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: async () => null,
    async run(tenantId) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const isDue = await transactor.query(request, async (ctx) => {
        const rows = await ctx.sql.rows(
          'select 1 from certificate_looks where tenant_id = $1 and look_at <= $2',
          [tenantId, iso(ctx.wallNow)],
        );
        return rows.length > 0;
      });
      if (!isDue) return 0;
      const seen = await look(transactor.wallNow());
      await transactor.command(request, async (ctx) => {
        await lookAgainAt(ctx, addMs(ctx.wallNow, MS_PER_DAY));
        if (seen === 'none') await forgetSecret(ctx, MAIL_CERTIFICATE);
        else if (seen !== 'silent')
          await noteSecret(ctx, {
            name: MAIL_CERTIFICATE,
            kind: 'certificate',
            mark: seen.mark,
            expiresAt: seen.endsAt,
          });
      });
      return 1;
    },
  };
}
