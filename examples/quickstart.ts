import { readFileSync } from 'node:fs';
import { BillhookError } from '@billhook/sdk/error';
import type { Customer, Plan, Subscription } from '@billhook/sdk/generated/types';
import { type Billhook, createBillhook } from '@billhook/sdk/operator';
import { refusalFor } from '@billhook/sdk/refusal';

/**
 * From nothing to a metered subscription in one minute. Start the server with `npm start`, then run
 * `npm run quickstart`. It may be run again: what is there is found, and three more calls are counted.
 */
const METER = 'quickstart-calls';
const PLAN = 'quickstart-pro';
const CUSTOMER = 'quickstart-acme';

const { baseUrl, apiKey } = readAccess();
const billhook = createBillhook({ baseUrl, apiKey });

const { currency } = await billhook.tenant.get();
const plan = await findOrCreatePlan(billhook, currency);
console.log(
  `Plan      ${plan.name}: ${money('2900', currency)} a month, 1,000 calls included, then 0.01 each.`,
);

const customer = await findOrCreateCustomer(billhook, currency);
console.log(`Customer  ${customer.name} (${customer.id})`);

const subscription = await findOrStartSubscription(billhook, customer);
console.log(`Subscribed ${subscription.status}, paid up to ${subscription.currentPeriodEnd.slice(0, 10)}.`);

// Business time: in a sandbox the clock may stand elsewhere than your own.
const { now } = await billhook.clock.get();
const event = { source: 'quickstart', type: 'quickstart.call', subject: CUSTOMER, time: now };
const { counts } = await billhook.events.ingest([
  { ...event, id: crypto.randomUUID() },
  { ...event, id: crypto.randomUUID() },
]);
console.log(`Events    ${counts.accepted} accepted, ${counts.duplicate} duplicate.`);

const check = await billhook.entitlements.check({ customer: CUSTOMER, feature: METER });
const refusal = refusalFor(check, Date.parse(now));
if (refusal === null) {
  const tracked = await billhook.entitlements.track({
    customer: CUSTOMER,
    feature: METER,
    eventId: crypto.randomUUID(),
  });
  console.log(
    `Allowed   ${tracked.check.used} of ${tracked.check.limit} used, ${tracked.check.remaining} left.`,
  );
} else {
  console.log(`Refused   Your own API would answer ${refusal.status}: ${refusal.body.detail}`);
}

const usage = await billhook.usage.get({
  customer: CUSTOMER,
  meter: METER,
  from: subscription.currentPeriodStart,
  to: subscription.currentPeriodEnd,
});
console.log(`Usage     ${usage.quantity} calls in ${usage.eventCount} events this period.`);

const upcoming = await billhook.subscriptions.upcomingInvoice(subscription.id);
console.log(`Next bill ${upcoming.billsAt.slice(0, 10)}:`);
for (const line of upcoming.lines) {
  console.log(
    `          ${line.description}: ${line.quantity} ${line.unit} = ${money(line.amount, line.currency)}`,
  );
}
console.log(`          Total ${money(upcoming.total, upcoming.currency)}`);
console.log(`See it at ${baseUrl}/admin`);

/** The key that the server left at its first start, unless the environment names another. */
function readAccess(): { baseUrl: string; apiKey: string } {
  const { BILLHOOK_URL, BILLHOOK_API_KEY } = process.env;
  if (BILLHOOK_URL !== undefined && BILLHOOK_API_KEY !== undefined) {
    return { baseUrl: BILLHOOK_URL, apiKey: BILLHOOK_API_KEY };
  }
  return JSON.parse(readFileSync(new URL('../.billhook/quickstart.json', import.meta.url), 'utf8'));
}

/** Declares meter, feature and plan at once; sending the same again changes nothing. */
async function findOrCreatePlan(api: Billhook, inCurrency: string): Promise<Plan> {
  await api.catalogue.put({
    meters: [
      { key: METER, name: 'API calls', eventType: 'quickstart.call', aggregation: 'count', unit: 'call' },
    ],
    features: [{ key: METER, name: 'API calls', kind: 'metered', meter: METER }],
    plans: [
      {
        key: PLAN,
        name: 'Quickstart Pro',
        currency: inCurrency,
        public: false,
        prices: [
          {
            key: 'base',
            name: 'Quickstart Pro',
            pricing: { model: 'flat', amount: '2900' },
            quantity: { kind: 'fixed' },
            timing: 'in_advance',
            cadence: { interval: 'month', count: 1 },
          },
          {
            key: 'calls',
            name: 'API calls',
            pricing: {
              model: 'graduated',
              per: '1',
              tiers: [
                { upTo: '1000', unitAmount: '0', flatAmount: '0' },
                { upTo: null, unitAmount: '0.01', flatAmount: '0' },
              ],
            },
            quantity: { kind: 'meter', meter: METER },
            timing: 'in_arrears',
            cadence: { interval: 'month', count: 1 },
          },
        ],
        entitlements: [
          {
            feature: METER,
            kind: 'metered',
            limit: '1000',
            reset: 'billing_period',
            overage: 'allow',
            warnAtPercent: [80],
          },
        ],
      },
    ],
  });
  for await (const one of api.plans.list()) if (one.key === PLAN) return one;
  throw new Error('The plan was made but is not listed.');
}

async function findOrCreateCustomer(api: Billhook, inCurrency: string): Promise<Customer> {
  try {
    return await api.customers.create({ name: 'Acme', externalId: CUSTOMER, currency: inCurrency });
  } catch (error) {
    if (!(error instanceof BillhookError) || error.code !== 'customer.already_exists') throw error;
  }
  for await (const one of api.customers.list({ q: CUSTOMER })) if (one.externalId === CUSTOMER) return one;
  throw new Error('The customer exists but is not listed.');
}

async function findOrStartSubscription(api: Billhook, of: Customer): Promise<Subscription> {
  for await (const one of api.subscriptions.list({ customer: of.id })) {
    if (one.plan.key === PLAN && one.status !== 'canceled') return one;
  }
  return api.subscriptions.create({ customer: CUSTOMER, plan: PLAN, collection: 'manual' });
}

function money(amount: string, inCurrency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: inCurrency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const padded = amount.padStart(digits + 1, '0');
  const split = padded.length - digits;
  return format.format(`${padded.slice(0, split)}.${padded.slice(split)}` as Intl.StringNumericLiteral);
}
