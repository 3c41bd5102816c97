import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging } from '../common.ts';
import { coupon, createCoupon, updateCoupon } from '../schemas/coupons.ts';
import { ANYONE, BUILDERS } from '../scopes.ts';

const reads = { kind: 'query', scope: 'catalog:read', roles: ANYONE } as const;
const writes = { kind: 'command', scope: 'catalog:write', roles: BUILDERS } as const;
const params = { id: id('coup') };

export const couponRoutes = byId([
  operatorRoute('listCoupons', 'GET /coupons', {
    ...reads,
    query: obj({
      ...paging,
      archived: Type.Optional(Type.Boolean({ description: 'Lists archived ones too.' })),
    }),
    response: listOf(coupon),
    summary: 'Lists coupons by key.',
  }),
  operatorRoute('createCoupon', 'POST /coupons', {
    ...writes,
    body: createCoupon,
    response: coupon,
    status: 201,
    errors: ['coupon.already_exists', 'coupon.invalid'],
    summary: 'Creates a coupon.',
    example: {
      key: 'welcome-20',
      name: '20 % off the first three months',
      value: { kind: 'percent', percent: '20' },
      duration: { kind: 'periods', count: 3 },
    },
  }),
  operatorRoute('getCoupon', 'GET /coupons/{id}', {
    ...reads,
    params,
    response: coupon,
    errors: ['coupon.not_found'],
    summary: 'Gets a coupon, with how often it was redeemed.',
  }),
  operatorRoute('updateCoupon', 'PATCH /coupons/{id}', {
    ...writes,
    params,
    body: updateCoupon,
    response: coupon,
    errors: ['coupon.not_found', 'coupon.invalid'],
    summary: 'Renames a coupon, changes its limits or archives it. What was given keeps its terms.',
    example: { max_redemptions: 500 },
  }),
]);
