import { invariant } from '@billhook/core/kernel/invariant';
import { parseCurrency } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import {
  burnCreditsOf,
  type CatalogueReading,
  listFeatures,
  listMeters,
  listPlans,
} from '../../catalog/api.ts';
import * as draft from '../catalogue-draft.ts';
import { type CreditFile, type CreditFileRead, figureOf, readCreditFile } from '../catalogue-input.ts';
import * as repo from '../catalogue-repo.ts';
import { type CreditChange, differing, planVersions, type VersionPlan } from '../catalogue-versions.ts';
import { OWED_APART } from './set-catalogue.ts';

type Cost = CreditFileRead['costs'][number]['draft'];
type Allowance = CreditFileRead['allowances'][number]['draft'];
type Plans = { costs: VersionPlan<Cost>; allowances: VersionPlan<Allowance> };

export type CreditCatalogueWords = {
  /** Keys of what the file makes and of what is there. */
  features: ReadonlySet<string>;
  plans: ReadonlySet<string>;
  /** By key, whether what is owed may count on it. */
  meters: ReadonlyMap<string, boolean>;
  archiveMissing: boolean;
  /** Has every running subscription of a plan looked at when what it grants changes. */
  markPlan(ctx: CommandCtx, planId: string, at: Instant): Promise<void>;
};

/**
 * Reads what a catalogue file says of credits against what is there. Types keep what they are counted in, packs what
 * they sell for how much; costs and allowances get a new version where they differ.
 */
export async function readCreditCatalogue(
  ctx: CommandCtx,
  file: CreditFile,
  words: CreditCatalogueWords,
): Promise<CatalogueReading<CreditChange>> {
  const faults: FieldFault[] = [];
  const fixed: FieldFault[] = [];
  const current = await draft.loadCreditCatalogue(ctx);
  const read = readCreditFile(file, faults);
  checkNames(read, current, words, faults);
  checkFixed(read, current, fixed);
  const name = (id: string) => current.names.get(id) ?? '';
  const missing = <T>(list: unknown, gone: T): T | null =>
    list !== undefined && words.archiveMissing ? gone : null;
  const costs = current.costs.map((one) => ({
    ...one,
    key: name(one.featureId),
    draft: draft.costDraft(one, name),
  }));
  const allowances = current.allowances.map((one) => ({
    ...one,
    key: `${name(one.planId)}/${name(one.creditTypeId)}`,
    draft: ended(draft.allowanceDraft(one)),
  }));
  const plans: Plans = {
    costs: planVersions(
      'credit_cost',
      read.costs,
      costs,
      ctx.now,
      missing(file.costs, (before) => ({ ...before, per_unit: '0' })),
      fixed,
    ),
    allowances: planVersions(
      'credit_allowance',
      read.allowances
        .map((entry) => ({ ...entry, draft: ended(entry.draft) }))
        .filter(({ key, draft: { amount } }) => amount !== '0' || allowances.some((one) => one.key === key)),
      allowances,
      ctx.now,
      missing(file.allowances, (before) => ended({ ...before, amount: '0' })),
      fixed,
    ),
  };
  const gone =
    missing(
      file.packs,
      current.packs.filter(({ archivedAt }) => archivedAt === null),
    ) ?? [];
  const changes = [
    ...read.types.map((entry) => typeChange(entry, current)),
    ...plans.costs.changes,
    ...read.packs.map((entry) => packChange(entry, current, name)),
    ...gone
      .filter(({ key }) => !read.packs.some((entry) => entry.draft.key === key))
      .map(
        ({ key }): CreditChange => ({ kind: 'credit_pack', key, action: 'updated', fields: ['archived'] }),
      ),
    ...plans.allowances.changes,
  ];
  return {
    faults,
    fixed,
    changes: () => changes,
    apply: (command, wanted) => applyCredits(command, { read, current, plans, words }, wanted),
  };
}

/** An allowance of nothing is one and the same, however it would have come. */
function ended(allowance: Allowance): Allowance {
  if (allowance.amount !== '0') return allowance;
  return { amount: '0', interval: 'month', priority: 50, rollover_max: null, rollover_periods: 0 };
}

function checkNames(
  read: CreditFileRead,
  current: draft.CreditCatalogue,
  words: CreditCatalogueWords,
  faults: FieldFault[],
): void {
  const add = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail });
  const types = new Map(
    [...current.types.map(draft.typeDraft), ...read.types.map((one) => one.draft)].map((type) => [
      type.key,
      type,
    ]),
  );
  const once = (rows: readonly { pointer: string; id: string; field: string }[]) => {
    const seen = new Set<string>();
    for (const { pointer, id, field } of rows) {
      if (seen.has(id)) add(`${pointer}/${field}`, 'key.duplicate', 'The same is said twice.');
      seen.add(id);
    }
  };
  const isType = (pointer: string, key: string) => {
    if (!types.has(key))
      add(`${pointer}/credit_type`, 'credit_type.unknown', `There is no credit type ${key}.`);
  };
  once(read.types.map(({ pointer, draft: { key } }) => ({ pointer, id: key, field: 'key' })));
  once(read.packs.map(({ pointer, draft: { key } }) => ({ pointer, id: key, field: 'key' })));
  once(read.costs.map(({ pointer, key, at }) => ({ pointer, id: `${key} ${at}`, field: 'feature' })));
  once(read.allowances.map(({ pointer, key, at }) => ({ pointer, id: `${key} ${at}`, field: 'plan' })));
  for (const {
    pointer,
    key,
    draft: { credit_type: type, beyond, overage_meter: meter },
  } of read.costs) {
    isType(pointer, type);
    if (!words.features.has(key)) add(`${pointer}/feature`, 'feature.unknown', `There is no feature ${key}.`);
    if (meter === null) continue;
    const fits = words.meters.get(meter);
    if (fits === undefined) add(`${pointer}/overage_meter`, 'meter.unknown', `There is no meter ${meter}.`);
    else if (!fits)
      add(`${pointer}/overage_meter`, 'credits.invalid', 'What is owed adds up a value without conditions.');
    if (beyond === 'block')
      add(`${pointer}/overage_meter`, 'credits.invalid', 'Where use is refused, nothing is owed for it.');
  }
  for (const { pointer, draft: pack } of read.packs) {
    isType(pointer, pack.credit_type);
    const money = types.get(pack.credit_type)?.currency ?? pack.currency;
    if (money !== pack.currency)
      add(`${pointer}/currency`, 'credits.invalid', `Credits in ${money} are sold in ${money}.`);
  }
  for (const { pointer, key } of read.allowances) {
    const [plan = '', type = ''] = key.split('/');
    isType(pointer, type);
    if (!words.plans.has(plan)) add(`${pointer}/plan`, 'plan.unknown', `There is no plan ${plan}.`);
  }
}

/** What credits are counted in stands for all that was given; a price of a pack for what customers agreed to. */
function checkFixed(read: CreditFileRead, current: draft.CreditCatalogue, fixed: FieldFault[]): void {
  for (const { pointer, draft: type } of read.types) {
    const before = current.types.find(({ key }) => key === type.key);
    if (before === undefined || before.currency === type.currency) continue;
    const detail = 'What a credit type is counted in cannot change. Make a new one with another key.';
    fixed.push({ pointer: `${pointer}/currency`, code: 'credits.fixed', detail });
  }
  for (const { pointer, draft: pack } of read.packs) {
    const before = current.packs.find(({ key }) => key === pack.key);
    if (before === undefined) continue;
    const from = draft.packDraft(before, (id) => current.names.get(id) ?? '');
    if (differing(from, pack).every((field) => field === 'name')) continue;
    const detail =
      'What a pack sells for how much cannot change: customers agreed to reload by it. Make a new one with another key.';
    fixed.push({ pointer, code: 'credits.fixed', detail });
  }
}

function typeChange(
  { draft: type }: CreditFileRead['types'][number],
  { types }: draft.CreditCatalogue,
): CreditChange {
  const before = types.find(({ key }) => key === type.key);
  if (before === undefined) return { kind: 'credit_type', key: type.key, action: 'created', fields: [] };
  const fields = differing(draft.typeDraft(before), type);
  return {
    kind: 'credit_type',
    key: type.key,
    action: fields.length === 0 ? 'unchanged' : 'updated',
    fields,
  };
}

function packChange(
  { draft: pack }: CreditFileRead['packs'][number],
  { packs }: draft.CreditCatalogue,
  name: (id: string) => string,
): CreditChange {
  const before = packs.find(({ key }) => key === pack.key);
  if (before === undefined) return { kind: 'credit_pack', key: pack.key, action: 'created', fields: [] };
  const fields = [
    ...differing(draft.packDraft(before, name), pack),
    ...(before.archivedAt === null ? [] : ['archived']),
  ];
  return {
    kind: 'credit_pack',
    key: pack.key,
    action: fields.length === 0 ? 'unchanged' : 'updated',
    fields,
  };
}

type Prepared = {
  read: CreditFileRead;
  current: draft.CreditCatalogue;
  plans: Plans;
  words: CreditCatalogueWords;
};
type IsAction = (kind: CreditChange['kind'], key: string, action: CreditChange['action']) => boolean;

async function applyCredits(
  ctx: CommandCtx,
  prepared: Prepared,
  changes: readonly CreditChange[],
): Promise<void> {
  const isAction: IsAction = (kind, key, action) =>
    changes.some((change) => change.kind === kind && change.key === key && change.action === action);
  await applyTypes(ctx, prepared, isAction);
  // Everything that the file names is there by now.
  const typeId = idIn(await repo.creditTypes(ctx));
  await applyPacks(ctx, prepared, isAction, typeId);
  await applyVersions(ctx, prepared, typeId);
}

const idIn = (rows: readonly { id: string; key: string }[]) => (key: string) => {
  const id = rows.find((row) => row.key === key)?.id;
  invariant(id !== undefined, 'What a file names was checked.');
  return id;
};
type IdOf = ReturnType<typeof idIn>;

async function applyTypes(ctx: CommandCtx, { read, current }: Prepared, isAction: IsAction): Promise<void> {
  for (const { draft: type } of read.types) {
    const before = current.types.find(({ key }) => key === type.key);
    const row = {
      id: before?.id ?? ctx.newId(),
      key: type.key,
      name: type.name,
      unit: type.unit,
      currency: type.currency === null ? null : currencyOf(type.currency),
      promotionsFirst: type.promotions_first,
      returnDays: type.return_days,
      lowAt: type.low_at === null ? null : figureOf(type.low_at),
      createdAt: ctx.now,
    };
    if (before === undefined) await repo.insertType(ctx, row);
    else if (isAction('credit_type', type.key, 'updated')) await repo.updateTypeRow(ctx, row);
  }
}

async function applyPacks(
  ctx: CommandCtx,
  { read, current }: Prepared,
  isAction: IsAction,
  typeId: IdOf,
): Promise<void> {
  for (const pack of current.packs) {
    if (!isAction('credit_pack', pack.key, 'updated')) continue;
    const named = read.packs.find((entry) => entry.draft.key === pack.key)?.draft;
    const archivedAt = named === undefined ? ctx.now : null;
    await repo.updatePackRow(ctx, { id: pack.id, name: named?.name ?? pack.name, archivedAt });
  }
  for (const { draft: pack } of read.packs) {
    if (!isAction('credit_pack', pack.key, 'created')) continue;
    await repo.insertPack(ctx, {
      id: ctx.newId(),
      key: pack.key,
      name: pack.name,
      creditTypeId: typeId(pack.credit_type),
      amount: figureOf(pack.amount),
      priceMinor: BigInt(pack.price),
      currency: pack.currency,
      expiresAfterDays: pack.expires_after_days,
      archivedAt: null,
      createdAt: ctx.now,
    });
  }
}

async function applyVersions(ctx: CommandCtx, { plans, words }: Prepared, typeId: IdOf): Promise<void> {
  const featureId = idIn(await listFeatures(ctx));
  const planId = idIn(await listPlans(ctx));
  const meterId = idIn(await listMeters(ctx));
  for (const { key, at, draft: cost } of plans.costs.writes) {
    await repo.insertCost(ctx, {
      id: ctx.newId(),
      featureId: featureId(key),
      creditTypeId: typeId(cost.credit_type),
      perUnit: figureOf(cost.per_unit),
      beyond: cost.beyond,
      overageMeterId: cost.overage_meter === null ? null : meterId(cost.overage_meter),
      effectiveAt: at,
      createdAt: ctx.now,
    });
    await burnCreditsOf(ctx, featureId(key));
    if (await repo.owesOnBurning(ctx, featureId(key)))
      refuse('catalogue.invalid', OWED_APART, {
        faults: [{ pointer: '/credits/costs', code: 'credits.invalid', detail: OWED_APART }],
      });
  }
  for (const { key, at, draft: allowance } of plans.allowances.writes) {
    const [plan = '', type = ''] = key.split('/');
    await repo.insertAllowance(ctx, {
      id: ctx.newId(),
      planId: planId(plan),
      creditTypeId: typeId(type),
      amount: figureOf(allowance.amount),
      every: allowance.interval,
      priority: allowance.priority,
      rolloverMax: allowance.rollover_max === null ? null : figureOf(allowance.rollover_max),
      rolloverPeriods: allowance.rollover_periods,
      effectiveAt: at,
      createdAt: ctx.now,
    });
    await words.markPlan(ctx, planId(plan), at);
  }
}

function currencyOf(text: string) {
  const parsed = parseCurrency(text);
  invariant(parsed.ok, 'A currency of a file was checked.');
  return parsed.value;
}
