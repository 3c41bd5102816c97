import type { OperatorInput, OperatorRoutes } from '@billhook/contract/routes';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { changeAhead } from '@billhook/core/subscriptions/schedule';
import type { Handlers } from '../http/handlers.ts';
import { findPlan } from '../modules/catalog/api.ts';
import { planFace, subscriptionRowId } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { isoOrNull } from '../platform/sql.ts';
import {
  decideMigrations,
  isRefused,
  isSomething,
  type Migrated,
  type MigrationPage,
  type MigrationRequest,
  migrate,
  pricesOf,
} from './migrate-plan.ts';
import { versionsByNumber } from './read-action.ts';
import { draftIds } from './start-subscription.ts';

const DEFAULT_BATCH = 200;

/** Moving the customers of a plan to one of its versions. */
export function migrationRoutes(): Pick<Handlers<OperatorRoutes>, 'previewMigration' | 'migratePlan'> {
  return {
    previewMigration: async (ctx, input) => {
      const request = await read(ctx, input);
      const page = await decideMigrations(ctx, request, draftIds());
      const prices = await pricesOf(ctx, request, page.rows);
      return {
        object: 'migration_preview',
        to_plan: faceOf(request),
        data: page.rows.map((row, index) => ({
          ...faceOfRow(row),
          from_version: row.fromVersion,
          currency: row.subscription.currency as string,
          mrr_before: `${prices[index]?.mrrBeforeMinor ?? 0n}`,
          mrr_after: `${prices[index]?.mrrAfterMinor ?? 0n}`,
          effective_at: isoOrNull(prices[index]?.effectiveAt ?? null),
          due_today: `${prices[index]?.dueTodayMinor ?? 0n}`,
          refusal: isRefused(row.outcome) ? row.outcome : null,
        })),
        ...placeOf(page),
      };
    },
    migratePlan: async (ctx, input) => {
      const request = await read(ctx, input);
      const page = await migrate(ctx, request);
      const done = page.rows.flatMap(({ outcome }) => (isRefused(outcome) ? [] : [outcome]));
      const changed = done.filter(isSomething);
      const scheduled = changed.filter(({ decision }) =>
        decision.changes.some(
          (change) =>
            change.type === 'subscription.update' &&
            change.fields.schedule !== undefined &&
            changeAhead({ schedule: change.fields.schedule }) !== null,
        ),
      ).length;
      return {
        object: 'migration',
        to_plan: faceOf(request),
        moved: changed.length - scheduled,
        scheduled,
        unchanged: done.length - changed.length,
        refused: page.rows.flatMap((row) =>
          isRefused(row.outcome) ? [{ ...faceOfRow(row), ...row.outcome }] : [],
        ),
        ...placeOf(page),
      };
    },
  };
}

async function read(
  ctx: QueryCtx,
  { params, body }: Pick<OperatorInput<'migratePlan'>, 'params' | 'body'>,
): Promise<MigrationRequest> {
  const plan = await findPlan(ctx, params.id);
  return {
    plan,
    versions: await versionsByNumber(ctx, plan.id, Number(params.version)),
    fromVersions: body.from_versions ?? null,
    when: body.when ?? 'now',
    isProrated: body.proration !== 'none',
    limit: body.limit ?? DEFAULT_BATCH,
    after: body.starting_after === undefined ? undefined : subscriptionRowId(body.starting_after),
  };
}

function faceOf({ plan, versions: [version] }: Pick<MigrationRequest, 'plan' | 'versions'>) {
  invariant(version !== undefined, 'A version is sold in one currency at least.');
  return planFace(version.id, {
    plans: new Map([[plan.id, plan]]),
    versions: new Map([[version.id, version]]),
  });
}

function faceOfRow({ subscription, customer }: Migrated) {
  return {
    subscription: encodeTypeId('sub', subscription.id),
    customer: encodeTypeId('cus', customer.id),
    customer_name: customer.name,
  };
}

function placeOf({ rows, hasMore }: MigrationPage) {
  const last = rows.at(-1)?.subscription.id;
  return {
    has_more: hasMore,
    next_cursor: hasMore && last !== undefined ? encodeTypeId('sub', last) : null,
  };
}
