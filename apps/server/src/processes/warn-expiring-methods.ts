import { EXPIRY_WARNING_DAYS, nextExpiryWarning } from '@billhook/core/payments/expiry';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import { claimExpiring, nextExpiryWarningAt, planExpiryWarning } from '../modules/payments/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'expiring-methods' };

/** Tells owners of cards that are charged, or stand in for one, 30 and 7 days before they run out. */
export function expiringMethodsSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'expiring-methods',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct m.tenant_id as id from payment_methods m join tenants t on t.id = m.tenant_id
         where m.expiry_warn_at <= coalesce(t.frozen_at, $1) and m.removed_at is null`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextExpiryWarningAt,
    run: (tenantId, limit) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
        const due = await claimExpiring(ctx, limit);
        for (const { id, customerId, brand, last4, expMonth, expYear, isDefault, isBackup, endsAt } of due) {
          await planExpiryWarning(ctx, id, nextExpiryWarning(expMonth, expYear, ctx.now));
          const isOver = endsAt <= ctx.now || endsAt > ctx.now + (EXPIRY_WARNING_DAYS[0] ?? 0) * MS_PER_DAY;
          if ((!isDefault && !isBackup) || isOver) continue;
          ctx.emit({
            type: 'payment_method.expiring',
            objectId: id,
            customerId,
            payload: {
              brand,
              last4,
              exp_month: expMonth,
              exp_year: expYear,
              ends_at: iso(endsAt),
              is_default: isDefault,
            },
          });
        }
        return due.length;
      }),
  };
}
