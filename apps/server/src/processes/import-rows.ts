import { createCustomer as customerSchema } from '@billhook/contract/schemas/customers';
import { createSubscription as startSchema } from '@billhook/contract/schemas/subscription-actions';
import { dateAt, parseDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import { changedFields, readWhole, readYesNo } from '@billhook/core/transfer/import-rows';
import type { Static, TSchema } from 'typebox';
import { faultsOf } from '../http/validate.ts';
import { hasBusiness } from '../modules/analytics/api.ts';
import { getPlans } from '../modules/catalog/api.ts';
import {
  type Customer,
  checkCustomerInput,
  createCustomerFrom,
  customerBySubject,
  findBySubject,
  getCustomer,
  updateCustomer,
} from '../modules/customers/api.ts';
import { getSubscription } from '../modules/subscriptions/api.ts';
import {
  noteImported,
  type RowMaker,
  subscriptionImportedAs,
  type Verdict,
} from '../modules/transfer/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { type FieldFault, refuse } from '../platform/refuse.ts';
import type { PreviewTokens } from './preview-token.ts';
import { previewStartOf, type StartBody, startAndBill } from './start-subscription.ts';

type Values = Readonly<Record<string, string>>;
type CustomerBody = Static<typeof customerSchema>;

const ADDRESS = ['line1', 'line2', 'postal_code', 'city', 'region'] as const;

const fault = (field: string, detail: string): FieldFault => ({
  pointer: `/${field}`,
  code: 'invalid',
  detail,
});

/** What is not named in the row stays as it is. Refuses with every fault of the row. */
async function checked<S extends TSchema>(
  schema: S,
  body: Record<string, unknown>,
  before: readonly FieldFault[],
): Promise<Static<S>> {
  const faults = [...before, ...(await faultsOf(schema, body, ''))];
  if (faults.length > 0) refuse('request.invalid', 'The row has faults.', { faults });
  return body as Static<S>;
}

async function customerOf(values: Values): Promise<CustomerBody> {
  const faults: FieldFault[] = [];
  const { tax_exempt, payment_terms_days, ...rest } = values;
  const body: Record<string, unknown> = {};
  const address: Record<string, string> = {};
  for (const [field, text] of Object.entries(rest)) {
    if ((ADDRESS as readonly string[]).includes(field)) address[field] = text;
    else body[field] = text;
  }
  if (Object.keys(address).length > 0) body.address = address;
  if (tax_exempt !== undefined) {
    const answer = readYesNo(tax_exempt);
    if (answer === null) faults.push(fault('tax_exempt', 'must be yes or no'));
    else body.tax_exempt = answer;
  }
  if (payment_terms_days !== undefined) {
    const days = readWhole(payment_terms_days);
    if (days === null) faults.push(fault('payment_terms_days', 'must be a whole number'));
    else body.payment_terms_days = days;
  }
  const input = await checked(customerSchema, body, faults);
  checkCustomerInput(input);
  return input;
}

const asInput = (customer: Customer): Record<string, unknown> => ({
  external_id: customer.externalId,
  name: customer.name,
  email: customer.email,
  currency: customer.currency,
  time_zone: customer.timeZone,
  country: customer.country,
  address: customer.address,
  tax_id: customer.taxId,
  tax_exempt: customer.taxExempt,
  payment_terms_days: customer.paymentTermsDays,
  locale: customer.locale,
});

async function knownCustomer(ctx: QueryCtx, externalId: string): Promise<Customer | null> {
  const id = (await findBySubject(ctx, [externalId])).get(externalId);
  return id === undefined ? null : getCustomer(ctx, id);
}

const verdict = (
  outcome: Verdict['outcome'],
  objectId: string | null,
  fields: readonly string[] = [],
): Verdict => ({ outcome, objectId, fields, reasons: [] });

async function judgeCustomer(ctx: QueryCtx, values: Values) {
  const input = await customerOf(values);
  const known = await knownCustomer(ctx, values.external_id ?? '');
  if (known === null) return { input, verdict: verdict('create', null, Object.keys(input)) };
  const fields = changedFields(asInput(known), input);
  if (fields.includes('currency') && (await hasBusiness(ctx, known.id)))
    refuse('customer.currency_fixed', `The customer is billed in ${known.currency}.`);
  return { input, verdict: verdict(fields.length === 0 ? 'same' : 'change', known.id, fields) };
}

/** Customers by their external id: made, changed where a field that the row names differs, else left alone. */
const customers: RowMaker = {
  judge: async (ctx, values) => (await judgeCustomer(ctx, values)).verdict,
  async apply(ctx, values) {
    const judged = await judgeCustomer(ctx, values);
    const { input, verdict: said } = judged;
    if (said.outcome === 'create') return { ...said, objectId: (await createCustomerFrom(ctx, input)).id };
    if (said.outcome === 'change' && said.objectId !== null)
      await updateCustomer(ctx, said.objectId, input, hasBusiness);
    return said;
  },
};

/** A start as the row says it. What was paid elsewhere until a day is free until then, as a trial is. */
async function startOf(ctx: QueryCtx, values: Values): Promise<StartBody> {
  const { external_id, quantity, trial_days, paid_until, billing_day, ...rest } = values;
  const faults: FieldFault[] = [];
  const whole = (field: string, text: string | undefined) => {
    const figure = text === undefined ? undefined : readWhole(text);
    if (figure === null) faults.push(fault(field, 'must be a whole number'));
    return figure ?? undefined;
  };
  const body: Record<string, unknown> = { ...rest, metadata: { external_id } };
  const seats = whole('quantity', quantity);
  if (seats !== undefined) body.quantity = seats;
  const day = whole('billing_day', billing_day);
  if (day !== undefined) body.billing_day = day;
  const days =
    paid_until === undefined ? whole('trial_days', trial_days) : await daysUntil(ctx, values, faults);
  if (days !== undefined) body.trial_days = days;
  if (rest.start_at !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(rest.start_at))
    body.start_at = `${rest.start_at}T00:00:00Z`;
  return checked(startSchema, body, faults);
}

async function daysUntil(ctx: QueryCtx, values: Values, faults: FieldFault[]): Promise<number | undefined> {
  const until = parseDate(values.paid_until ?? '');
  const customer = await customerBySubject(ctx, values.customer ?? '');
  const today = dateAt(ctx.now, zoneNamed(customer.timeZone));
  if (until.ok && until.value > today && values.start_at === undefined && values.trial_days === undefined)
    return until.value - today;
  const detail = 'must be a day to come, such as 2026-04-30, beside neither start_at nor trial_days';
  faults.push(fault('paid_until', detail));
  return undefined;
}

/** One that was imported stays: changes of a running subscription have their price, and are made where it is shown. */
async function known(ctx: QueryCtx, values: Values): Promise<Verdict | null> {
  const id = await subscriptionImportedAs(ctx, values.external_id ?? '');
  if (id === null) return null;
  const subscription = await getSubscription(ctx, id);
  const plan = (await getPlans(ctx, [subscription.planId])).get(subscription.planId);
  const wanted = {
    plan: values.plan,
    ...(values.quantity === undefined ? {} : { quantity: values.quantity }),
  };
  const current = { plan: plan?.key, quantity: String(subscription.seats) };
  const fields = changedFields(current, wanted);
  if (fields.length === 0) return verdict('same', id);
  const reasons = [
    `It is there already with another ${fields.join(' and ')}. Change the subscription itself.`,
  ];
  return { outcome: 'refuse', objectId: id, fields, reasons };
}

const subscriptions = (previews: PreviewTokens): RowMaker => ({
  async judge(ctx, values) {
    const there = await known(ctx, values);
    if (there !== null) return there;
    await previewStartOf(ctx, await startOf(ctx, values));
    return verdict('create', null, Object.keys(values));
  },
  async apply(ctx, values) {
    const there = await known(ctx, values);
    if (there !== null) return there;
    const unasked = { token: undefined, again: () => Promise.resolve(undefined) };
    const { id } = await startAndBill(ctx, previews, await startOf(ctx, values), unasked);
    await noteImported(ctx, values.external_id ?? '', id);
    return verdict('create', id, Object.keys(values));
  },
});

export const rowMakers = (previews: PreviewTokens) => ({
  customers,
  subscriptions: subscriptions(previews),
});
