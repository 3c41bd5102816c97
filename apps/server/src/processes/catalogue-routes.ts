import type { OperatorInput, OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../http/handlers.ts';
import { getCatalogue, listFeatures, listMeters, listPlans, readCatalogue } from '../modules/catalog/api.ts';
import { countsOverage, creditCatalogueFile, readCreditCatalogue } from '../modules/credits/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { tenantTypeId } from '../platform/tenants.ts';
import { markPlan } from './credit-marks.ts';

type File = OperatorInput<'putCatalogue'>['body'];

/** The whole catalogue as a file: what is sold, and what of it is counted, granted and bought in credits. */
export function catalogueRoutes(): Pick<Handlers<OperatorRoutes>, 'getCatalogue' | 'putCatalogue'> {
  return {
    getCatalogue: async (ctx) => ({
      object: 'catalogue',
      ...(await getCatalogue(ctx)),
      credits: await creditCatalogueFile(ctx),
    }),
    putCatalogue: async (ctx, { query, body }) => {
      const dryRun = query.dry_run === true;
      const changes = await putCatalogue(ctx, body, dryRun, query.archive_missing === true);
      const count = (action: string) => changes.filter((change) => change.action === action).length;
      return {
        object: 'catalogue_change',
        dry_run: dryRun,
        counts: {
          created: count('created'),
          updated: count('updated'),
          new_versions: count('new_version'),
          unchanged: count('unchanged'),
        },
        changes: [...changes],
      };
    },
  };
}

/**
 * Makes the catalogue what the file says. A second push of the same file changes nothing. Refuses with
 * `catalogue.invalid` and every fault of all parts, and with `catalogue.fixed_field` where something published would
 * become another thing.
 */
async function putCatalogue(ctx: CommandCtx, file: File, dryRun: boolean, archiveMissing: boolean) {
  const goods = await readCatalogue(ctx, file, archiveMissing);
  const keys = (rows: readonly { key: string }[]) => rows.map(({ key }) => key);
  const isPlan = ({ kind }: { kind?: string }) => kind === undefined || kind === 'plan';
  const credits = await readCreditCatalogue(ctx, file.credits ?? {}, {
    features: new Set([...keys(file.features), ...keys(await listFeatures(ctx))]),
    plans: new Set([...keys(file.plans.filter(isPlan)), ...keys((await listPlans(ctx)).filter(isPlan))]),
    meters: await overageMeters(ctx, file),
    archiveMissing,
    markPlan,
  });
  const faults = [...goods.faults, ...credits.faults];
  if (faults.length > 0) refuse('catalogue.invalid', 'The catalogue does not hold together.', { faults });
  const fixed = [...goods.fixed, ...credits.fixed];
  if (fixed.length > 0)
    refuse('catalogue.fixed_field', 'Something published cannot change.', { faults: fixed });
  const [ofGoods, ofCredits] = [goods.changes(), credits.changes()];
  const changes = [...ofGoods, ...ofCredits];
  const made = changes.filter(({ action }) => action !== 'unchanged');
  if (dryRun || made.length === 0) return changes;
  await goods.apply(ctx, ofGoods);
  await credits.apply(ctx, ofCredits);
  ctx.audit({
    action: 'catalogue.push',
    objectKind: 'tenant',
    objectId: tenantTypeId(ctx.tenant.publicId),
    details: { changes: made },
  });
  return changes;
}

/** By key, whether what is owed may count on a meter: those of the file as it makes them, and those that are there. */
async function overageMeters(ctx: CommandCtx, file: File): Promise<ReadonlyMap<string, boolean>> {
  const made = file.meters.map((meter): [string, boolean] => [
    meter.key,
    meter.aggregation === 'sum' &&
      meter.value_property != null &&
      meter.unit_property == null &&
      (meter.filters ?? []).length === 0,
  ]);
  // What a meter measures never changes, so what is there says more than the file.
  const there = (await listMeters(ctx)).map((meter): [string, boolean] => [meter.key, countsOverage(meter)]);
  return new Map([...made, ...there]);
}
