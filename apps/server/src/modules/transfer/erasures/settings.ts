import type { privacySettings } from '@billhook/contract/schemas/privacy';
import { DEFAULT_RETENTION, type Retention } from '@billhook/core/privacy/erasure';
import type { Static } from 'typebox';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type PrivacySettings = { retention: Retention; needsSecondPerson: boolean };

export async function readPrivacySettings(ctx: QueryCtx): Promise<PrivacySettings> {
  const row = await ctx.sql.row<{ years: number; countries: Record<string, number>; two: boolean }>(
    `select default_years as years, countries, needs_second_person as two from privacy_settings where tenant_id = $1`,
    [ctx.tenant.id],
  );
  if (row === undefined) return { retention: DEFAULT_RETENTION, needsSecondPerson: false };
  return {
    retention: { defaultYears: row.years, countries: row.countries },
    needsSecondPerson: row.two,
  };
}

type Wire = Static<typeof privacySettings>;

export async function putPrivacySettings(ctx: CommandCtx, wire: Omit<Wire, 'object'>): Promise<void> {
  const countries = Object.fromEntries(wire.countries.map(({ country, years }) => [country, years]));
  await ctx.sql.run(
    `insert into privacy_settings (tenant_id, default_years, countries, needs_second_person, updated_at)
     values ($1, $2, $3, $4, $5)
     on conflict (tenant_id) do update set default_years = excluded.default_years, countries = excluded.countries,
       needs_second_person = excluded.needs_second_person, updated_at = excluded.updated_at`,
    [
      ctx.tenant.id,
      wire.default_years,
      JSON.stringify(countries),
      wire.needs_second_person,
      iso(ctx.wallNow),
    ],
  );
  // Other years: what is kept is looked at again.
  await ctx.sql.run(
    `update erasures set retention_at = '-infinity' where tenant_id = $1 and retention_at < 'infinity'`,
    [ctx.tenant.id],
  );
  ctx.audit({
    action: 'privacy_settings.update',
    objectKind: 'privacy_settings',
    objectId: 'retention',
    details: { default_years: wire.default_years, countries, needs_second_person: wire.needs_second_person },
  });
}

export async function presentPrivacySettings(ctx: QueryCtx): Promise<Wire> {
  const { retention, needsSecondPerson } = await readPrivacySettings(ctx);
  return {
    object: 'privacy_settings',
    default_years: retention.defaultYears,
    countries: Object.entries(retention.countries)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([country, years]) => ({ country, years })),
    needs_second_person: needsSecondPerson,
  };
}
