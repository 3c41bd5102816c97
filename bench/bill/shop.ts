import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Body, Stage } from '../usage/stage.ts';

/** When everybody subscribed, changed the seats, and is billed again. The seller's time zone is UTC. */
export const STARTED_AT = '2026-01-01T00:00:00.000Z';
export const CHANGED_AT = '2026-01-16T00:00:00.000Z';
export const DUE_AT = '2026-02-01T00:00:00.000Z';
/** Of the plan, the support, the seats that were taken back and those that came instead, twice: until the renewal, after it. */
export const LINES_AN_INVOICE = 5;

/** A customer who came through the API as any other, with a first invoice; all others are made like it. */
export type Pattern = { tenantId: number; customerId: string };

/** A catalogue with tiers, a coupon and tax, and one customer who has subscribed. */
export async function openShop({ admin, call }: Pick<Stage, 'admin' | 'call'>): Promise<Pattern> {
  await call('PATCH', '/v1/tenant', {
    time_zone: 'UTC',
    settings: { tax_rates: { DE: { name: 'VAT', rate: '0.19' } }, payment_terms_days: 14 },
  });
  await admin.query('update tenants set frozen_at = $1 where id = 1', [STARTED_AT]);
  const price = (key: string, pricing: Body, quantity: Body) => ({
    key,
    name: key,
    pricing,
    quantity,
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
    proration: 'day',
  });
  const tier = (upTo: string | null, unitAmount: string) => ({
    up_to: upTo,
    unit_amount: unitAmount,
    flat_amount: '0',
  });
  await call('PUT', '/v1/catalogue', {
    meters: [],
    features: [],
    coupons: [{ key: 'partner', name: 'Partner', value: { kind: 'percent', percent: '10' } }],
    plans: [
      {
        key: 'team',
        name: 'Team',
        currency: 'EUR',
        prices: [
          price('base', { model: 'flat', amount: '4900' }, { kind: 'fixed' }),
          price('support', { model: 'flat', amount: '900' }, { kind: 'fixed' }),
          price(
            'seats',
            {
              model: 'graduated',
              per: '1',
              tiers: [tier('5', '12.5'), tier('50', '9.75'), tier(null, '7')],
            },
            { kind: 'seats' },
          ),
        ],
        entitlements: [],
      },
    ],
  });
  const customer = await call('POST', '/v1/customers', {
    name: 'A customer of the bill run',
    email: 'invoices@customer.example',
    currency: 'EUR',
    country: 'DE',
    address: { line1: 'Hauptstraße 1', postal_code: '10115', city: 'Berlin' },
  });
  await call('POST', '/v1/subscriptions', {
    customer: customer.id,
    plan: 'team',
    quantity: 8,
    coupons: ['partner'],
    collection: 'manual',
  });
  const id = decodeTypeId('cus', String(customer.id));
  if (!id.ok) throw new Error('the answer names no customer');
  return { tenantId: 1, customerId: id.value };
}
