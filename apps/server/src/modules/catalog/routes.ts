import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import { pageOfAll } from '../../platform/page.ts';
import { createCoupon } from './commands/create-coupon.ts';
import { createFeature } from './commands/create-feature.ts';
import { createMeter } from './commands/create-meter.ts';
import { createPlan } from './commands/create-plan.ts';
import { createPlanVersion } from './commands/create-plan-version.ts';
import { updateCoupon } from './commands/update-coupon.ts';
import { updateFeature } from './commands/update-feature.ts';
import { updateMeter } from './commands/update-meter.ts';
import { updatePlan } from './commands/update-plan.ts';
import { rowId } from './ids.ts';
import { presentFeature, presentMeter } from './present.ts';
import * as coupons from './queries/coupons.ts';
import * as list from './queries/list.ts';
import { previewPrice } from './queries/preview-price.ts';

type RouteIds =
  | 'listMeters'
  | 'createMeter'
  | 'updateMeter'
  | 'listFeatures'
  | 'createFeature'
  | 'updateFeature'
  | 'listPlans'
  | 'createPlan'
  | 'getPlan'
  | 'updatePlan'
  | 'listPlanVersions'
  | 'createPlanVersion'
  | 'listCoupons'
  | 'createCoupon'
  | 'getCoupon'
  | 'updateCoupon'
  | 'previewPrice';

type Archivable = { archived_at: string | null };

/** Archived rows are shown only when asked for. */
const shown = <T extends Archivable>(rows: readonly T[], archived: boolean | undefined): T[] =>
  rows.filter((row) => archived === true || row.archived_at === null);

const meterRow = (id: string) => rowId('meter', id, 'meter.not_found');
const featureRow = (id: string) => rowId('feat', id, 'feature.not_found');
const couponRow = (id: string) => rowId('coup', id, 'coupon.not_found');
const planRow = (id: string) => rowId('plan', id, 'plan.not_found');

export function catalogRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listMeters: async (ctx, { query }) => pageOfAll(shown(await list.meters(ctx), query.archived), query),
    createMeter: async (ctx, { body }) => presentMeter(await createMeter(ctx, body)),
    updateMeter: async (ctx, { params, body }) =>
      presentMeter(await updateMeter(ctx, meterRow(params.id), body)),
    listFeatures: async (ctx, { query }) => pageOfAll(shown(await list.features(ctx), query.archived), query),
    createFeature: async (ctx, { body }) =>
      presentFeature(await createFeature(ctx, body), await list.loadWords(ctx)),
    updateFeature: async (ctx, { params, body }) =>
      presentFeature(await updateFeature(ctx, featureRow(params.id), body), await list.loadWords(ctx)),
    listPlans: async (ctx, { query }) => pageOfAll(shown(await list.plans(ctx), query.archived), query),
    createPlan: async (ctx, { body }) => {
      const { plan } = await createPlan(ctx, body);
      return list.plan(ctx, plan.id);
    },
    getPlan: (ctx, { params }) => list.plan(ctx, planRow(params.id)),
    updatePlan: async (ctx, { params, body }) => {
      const plan = await updatePlan(ctx, planRow(params.id), body);
      return list.plan(ctx, plan.id);
    },
    listPlanVersions: async (ctx, { params, query }) =>
      pageOfAll(await list.planVersions(ctx, planRow(params.id)), query),
    createPlanVersion: async (ctx, { params, body }) => {
      const { plan } = await createPlanVersion(ctx, planRow(params.id), body);
      return (await list.plan(ctx, plan.id)).latest_version;
    },
    listCoupons: async (ctx, { query }) =>
      pageOfAll(shown(await coupons.coupons(ctx), query.archived), query),
    createCoupon: async (ctx, { body }) => coupons.coupon(ctx, (await createCoupon(ctx, body)).id),
    getCoupon: (ctx, { params }) => coupons.coupon(ctx, couponRow(params.id)),
    updateCoupon: async (ctx, { params, body }) =>
      coupons.coupon(ctx, (await updateCoupon(ctx, couponRow(params.id), body)).id),
    previewPrice: async (ctx, { body }) => previewPrice(ctx, body),
  };
}
