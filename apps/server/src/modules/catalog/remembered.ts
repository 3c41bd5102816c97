import type { CommandCtx, EarlyCtx } from '../../platform/context.ts';
import { createRecent } from '../../platform/recent.ts';
import type { Insistence } from '../../platform/together.ts';
import { allFeatures, allMeters } from './repo.ts';
import type { StoredFeature, StoredMeter } from './types.ts';

/** Features and meters of a tenant, archived ones too. The same object as long as nothing of them changes. */
export type Words = {
  features: readonly StoredFeature[];
  featuresByKey: ReadonlyMap<string, StoredFeature>;
  meters: ReadonlyMap<string, StoredMeter>;
  /** Those that are not archived, by the type of the events that they count. */
  metersByType: ReadonlyMap<string, readonly StoredMeter[]>;
};

const MOST_TENANTS = 500;
/** Words, which rows they were made of, and the tenant's row beside them, which is written with each of those. */
export type SeenWords = { mark: string; tenantMark: string; words: Words };

const remembered = createRecent<number, SeenWords>(MOST_TENANTS);

const MARK = `md5(coalesce((select string_agg(id::text || xmin::text, ',' order by id) from features where tenant_id = $1), '')
  || '/' || coalesce((select string_agg(id::text || xmin::text, ',' order by id) from meters where tenant_id = $1), ''))`;

/** As they were when somebody last looked, for work that insists on them. */
export function wordsAtHand(tenantId: number): SeenWords | undefined {
  return remembered.get(tenantId);
}

/**
 * That the words are as they were seen. Where the tenant's row is the one that they were seen with, that row is all there is to
 * look at; it is looked at again behind locks that may have been waited for.
 */
export function wordsAre(ctx: CommandCtx, { mark, tenantMark }: SeenWords): Insistence {
  if (ctx.tenantMark === tenantMark)
    return {
      name: 'words_by_tenant',
      text: '(select xmin::text from tenants where id = $1) = @1',
      values: [tenantMark],
    };
  return { name: 'words', text: `${MARK} = @1`, values: [mark] };
}

/**
 * As they stand in this transaction. What was read before is good as long as each row is the very one that was read: a
 * row that changes is written by another transaction, whose number it carries.
 */
export async function rememberedWords(ctx: EarlyCtx): Promise<Words> {
  const row = await ctx.sql.row<{ mark: string; tenantMark: string; isOwn: boolean }>(
    `select ${MARK} as mark, t.xmin::text as "tenantMark",
       coalesce(t.xmin::text = pg_current_xact_id_if_assigned()::xid::text, false) as "isOwn"
     from tenants t where t.id = $1`,
    [ctx.tenant.id],
    'catalog.words_mark',
  );
  const { mark, tenantMark, isOwn } = row ?? { mark: '', tenantMark: '', isOwn: true };
  const known = remembered.get(ctx.tenant.id);
  if (known?.mark === mark) {
    if (known.tenantMark !== tenantMark && !isOwn) remembered.set(ctx.tenant.id, { ...known, tenantMark });
    return known.words;
  }
  const [features, meters] = [await allFeatures(ctx), await allMeters(ctx)];
  const words = {
    features,
    featuresByKey: new Map(features.map((feature) => [feature.key, feature])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    metersByType: Map.groupBy(
      meters.filter(({ archivedAt }) => archivedAt === null),
      ({ eventType }) => eventType,
    ),
  };
  // Who writes words here may write more of them, under the same mark.
  if (!isOwn) remembered.set(ctx.tenant.id, { mark, tenantMark, words });
  return words;
}
