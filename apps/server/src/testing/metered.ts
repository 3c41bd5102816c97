import { parseTrace } from '@billhook/core/rating/parse-trace';
import { verifyTrace } from '@billhook/core/rating/verify-trace';
import type { Instant } from '@billhook/core/time/instant';
import { expect } from 'vitest';
import type { MeterInput } from '../modules/catalog/commands/create-meter.ts';
import type { PriceInput } from '../modules/catalog/version-input.ts';
import type { createCustomer } from '../modules/customers/commands/create-customer.ts';
import { addCustomer, addMeter, addPlan, type BillingWorld, flatPrice, subscribe } from './billing.ts';

/** What a meter reads in a month, billed at its end; the pricing is to be said. */
export function meteredPrice(
  meter: string,
  more: Partial<PriceInput> & Pick<PriceInput, 'pricing'>,
): PriceInput {
  return flatPrice('0', { quantity: { kind: 'meter', meter }, timing: 'in_arrears', ...more });
}

/** Ada subscribes to a plan of these prices over a meter. */
export async function sellMetered(
  here: BillingWorld,
  meterInput: Partial<MeterInput> & { key: string },
  prices: readonly PriceInput[],
  {
    startAt = null,
    ...more
  }: Partial<Parameters<typeof createCustomer>[1]> & { startAt?: Instant | null } = {},
) {
  const meter = await addMeter(here, meterInput);
  const plan = await addPlan(here, { key: 'sold', prices });
  const customer = await addCustomer(here, { name: 'Ada', external_id: 'ada', ...more });
  const subscription = await subscribe(here, customer.id, plan, { startAt });
  return { meter, plan, customer, subscription };
}

/** The amounts of all lines, by the time that they are for; what led to each is checked. */
export async function provenAmounts(here: BillingWorld): Promise<unknown[]> {
  const rows = await here.admin(
    `select l.amount_minor::text as amount, app.frozen_text(i)::jsonb -> 'lines' -> (l.position - 1) -> 'explanation' as explanation
     from invoice_lines l join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id order by l.period_start`,
  );
  for (const { explanation } of rows) {
    const trace = parseTrace((explanation as { trace: unknown }).trace);
    expect(trace.ok && verifyTrace(trace.value)).toEqual({ ok: true });
  }
  return rows.map(({ amount }) => amount);
}
