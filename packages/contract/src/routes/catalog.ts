import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { amount, currency, decimal, id, listOf, obj, paging } from '../common.ts';
import {
  amountStep,
  createFeature,
  createPlan,
  createPlanVersion,
  feature,
  measuredUsage,
  plan,
  planVersion,
  priceTerms,
  pricing,
  quantityStep,
  updateFeature,
  updatePlan,
} from '../schemas/catalog.ts';
import { catalogue, catalogueChange, catalogueFile } from '../schemas/catalogue-file.ts';
import { explanation } from '../schemas/invoices.ts';
import { createMeter, meter, updateMeter } from '../schemas/meters.ts';
import { ANYONE, BUILDERS } from '../scopes.ts';

const reads = { kind: 'query', scope: 'catalog:read', roles: ANYONE } as const;
const writes = { kind: 'command', scope: 'catalog:write', roles: BUILDERS } as const;
const archivedToo = obj({
  ...paging,
  archived: Type.Optional(Type.Boolean({ description: 'Lists archived ones too.' })),
});
const proPlan = {
  key: 'pro',
  name: 'Pro',
  currency: 'EUR',
  trial_days: 14,
  prices: [
    {
      key: 'base',
      name: 'Pro',
      pricing: { model: 'flat', amount: '2900' },
      quantity: { kind: 'fixed' },
      timing: 'in_advance',
      cadence: { interval: 'month', count: 1 },
    },
  ],
  entitlements: [
    {
      feature: 'api-calls',
      kind: 'metered',
      limit: '10000',
      reset: 'billing_period',
      overage: 'allow',
      warn_at_percent: [80, 95],
    },
  ],
};

export const catalogRoutes = byId([
  operatorRoute('listMeters', 'GET /meters', {
    ...reads,
    query: archivedToo,
    response: listOf(meter),
    summary: 'Lists meters by key.',
  }),
  operatorRoute('createMeter', 'POST /meters', {
    ...writes,
    body: createMeter,
    response: meter,
    status: 201,
    errors: ['meter.already_exists'],
    summary: 'Creates a meter.',
    example: { key: 'api-calls', name: 'API calls', event_type: 'api.call', aggregation: 'count' },
  }),
  operatorRoute('updateMeter', 'PATCH /meters/{id}', {
    ...writes,
    params: { id: id('meter') },
    body: updateMeter,
    response: meter,
    errors: ['meter.not_found'],
    summary:
      'Renames or archives a meter, or says what becomes of late usage. What it measures never changes.',
    example: { name: 'Calls' },
  }),
  operatorRoute('listFeatures', 'GET /features', {
    ...reads,
    query: archivedToo,
    response: listOf(feature),
    summary: 'Lists features by key.',
  }),
  operatorRoute('createFeature', 'POST /features', {
    ...writes,
    body: createFeature,
    response: feature,
    status: 201,
    errors: ['feature.already_exists', 'meter.not_found'],
    summary: 'Creates a feature that plans can grant.',
    example: { key: 'api-calls', name: 'API calls', kind: 'metered', meter: 'api-calls' },
  }),
  operatorRoute('updateFeature', 'PATCH /features/{id}', {
    ...writes,
    params: { id: id('feat') },
    body: updateFeature,
    response: feature,
    errors: ['feature.not_found'],
    summary: 'Renames or archives a feature.',
    example: { name: 'Calls' },
  }),
  operatorRoute('listPlans', 'GET /plans', {
    ...reads,
    query: archivedToo,
    response: listOf(plan),
    summary: 'Lists plans by rank.',
  }),
  operatorRoute('createPlan', 'POST /plans', {
    ...writes,
    body: createPlan,
    response: plan,
    status: 201,
    errors: ['plan.already_exists', 'plan.invalid', 'meter.not_found', 'feature.not_found'],
    summary: 'Creates a plan with its first version.',
    example: proPlan,
  }),
  operatorRoute('getPlan', 'GET /plans/{id}', {
    ...reads,
    params: { id: id('plan') },
    response: plan,
    errors: ['plan.not_found'],
    summary: 'Gets a plan with its latest version.',
  }),
  operatorRoute('updatePlan', 'PATCH /plans/{id}', {
    ...writes,
    params: { id: id('plan') },
    body: updatePlan,
    response: plan,
    errors: ['plan.not_found'],
    summary: 'Changes how a plan is shown, or archives it. Prices need a new version.',
    example: { rank: 2, public: true },
  }),
  operatorRoute('listPlanVersions', 'GET /plans/{id}/versions', {
    ...reads,
    params: { id: id('plan') },
    query: obj(paging),
    response: listOf(planVersion),
    errors: ['plan.not_found'],
    summary: 'Lists the versions of a plan, newest first.',
  }),
  operatorRoute('createPlanVersion', 'POST /plans/{id}/versions', {
    ...writes,
    params: { id: id('plan') },
    body: createPlanVersion,
    response: planVersion,
    status: 201,
    errors: ['plan.not_found', 'plan.archived', 'plan.invalid', 'meter.not_found', 'feature.not_found'],
    summary: 'Publishes a new version. Running subscriptions keep theirs.',
    example: { currency: 'EUR', prices: proPlan.prices, entitlements: [] },
  }),
  operatorRoute('getCatalogue', 'GET /catalogue', {
    ...reads,
    response: catalogue,
    summary: 'Gets the whole catalogue as it is kept in a file.',
  }),
  operatorRoute('putCatalogue', 'PUT /catalogue', {
    ...writes,
    query: obj({
      dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would change.' })),
      archive_missing: Type.Optional(Type.Boolean({ description: 'Archives what the file does not name.' })),
    }),
    body: catalogueFile,
    response: catalogueChange,
    errors: ['catalogue.invalid', 'catalogue.fixed_field'],
    summary:
      'Makes the catalogue what the file says. What the file does not name stays, unless archive_missing is set.',
    example: { meters: [], features: [], plans: [] },
  }),
  operatorRoute('previewPrice', 'POST /prices/preview', {
    ...reads,
    body: obj({
      pricing,
      quantity: decimal,
      currency,
      terms: Type.Optional(priceTerms),
      measured: Type.Optional(measuredUsage),
    }),
    response: obj({
      object: Type.Literal('price_preview'),
      currency,
      quantity: decimal,
      amount,
      quantity_steps: Type.Array(quantityStep),
      tiers: explanation.properties.tiers,
      amount_steps: Type.Array(amountStep),
      rounding: explanation.properties.rounding,
    }),
    errors: ['plan.invalid'],
    summary: 'Computes what a quantity, or single events, cost under a price, with every step.',
    example: {
      pricing: { model: 'per_unit', unit_amount: '0.05', per: '1' },
      quantity: '12',
      currency: 'EUR',
    },
  }),
]);
