import { keptFromYear, takenInYear } from '@billhook/core/privacy/retention';
import { calendarDate, dateAt, dateFields, startOfDay } from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { sellerCountry } from './facts.ts';
import { readPrivacySettings } from './settings.ts';

/** The first moment of issue from which documents must still be kept. */
export async function keptFrom(ctx: QueryCtx): Promise<Instant> {
  const { retention } = await readPrivacySettings(ctx);
  const zone = zoneNamed(ctx.tenant.timeZone);
  const { year } = dateFields(dateAt(ctx.now, zone));
  return startOfYear(keptFromYear(year, sellerCountry(ctx), retention), ctx);
}

function startOfYear(year: number, ctx: QueryCtx): Instant {
  return startOfDay(calendarDate({ year, month: 1, day: 1 }), zoneNamed(ctx.tenant.timeZone));
}

/** When the years of the oldest document that is left are over. */
export async function nextLook(ctx: QueryCtx, customerId: string): Promise<string> {
  const row = await ctx.sql.row<{ year: number | null }>(
    `select min(extract(year from d.issued_at at time zone $3))::int as year from (
       select issued_at from invoices where tenant_id = $1 and customer_id = $2 and taken_away_at is null
       union all select issued_at from credit_notes where tenant_id = $1 and customer_id = $2 and taken_away_at is null
       union all select issued_at from receipts where tenant_id = $1 and customer_id = $2
       union all select issued_at from customer_documents where tenant_id = $1 and customer_id = $2) d`,
    [ctx.tenant.id, customerId, ctx.tenant.timeZone],
  );
  const year = row?.year ?? null;
  if (year === null) return 'infinity';
  const { retention } = await readPrivacySettings(ctx);
  return iso(startOfYear(takenInYear(year, sellerCountry(ctx), retention), ctx));
}
