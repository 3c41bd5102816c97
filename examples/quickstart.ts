import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BillhookConnectionError, BillhookError } from '@billhook/sdk/error';
import type { Catalogue, Customer, PriceDraft, Subscription, Tenant } from '@billhook/sdk/generated/types';
import { type Billhook, createBillhook } from '@billhook/sdk/operator';
import { refusalFor } from '@billhook/sdk/refusal';

/**
 * From nothing to a metered subscription in one minute. Start the server with `npm start`, then run
 * `npm run quickstart`. It may be run again: what is there is found, and three more calls are counted.
 */
const METER = 'quickstart-calls';
const PLAN = 'quickstart-pro';
const CUSTOMER = 'quickstart-acme';

const settings = path.resolve(import.meta.dirname, '../.env');
if (existsSync(settings)) process.loadEnvFile(settings);
const { baseUrl, apiKey } = readAccess();
const billhook = createBillhook({ baseUrl, apiKey });

const { currency } = await reach(billhook);
const plan = await findOrCreatePlan(billhook, currency);
console.log(`Plan      ${plan.name}`);
for (const price of plan.prices) console.log(`          ${priceWords(price, plan.currency)}`);

const customer = await findOrCreateCustomer(billhook, currency);
console.log(`Customer  ${customer.name} (${customer.id})`);

const subscription = await findOrStartSubscription(billhook, customer);
const { currentPeriodStart, currentPeriodEnd } = subscription;
console.log(
  `Period    ${currentPeriodStart.slice(0, 10)} to ${currentPeriodEnd.slice(0, 10)} (${subscription.status})`,
);
for await (const invoice of billhook.invoices.list({ customer: customer.id, status: 'open' })) {
  console.log(`Invoice   ${invoice.number} is open: ${money(invoice.due, invoice.currency)} to pay.`);
  console.log('          It is billed by hand. To pay it, give the customer a card and collect the invoice:');
  console.log(
    `          POST /v1/customers/${customer.id}/payment_methods {"provider_method_id":"pm_card_visa"}`,
  );
  console.log(`          POST /v1/invoices/${invoice.id}/collect {}`);
}

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

/** The first question, at which it shows whether a server answers at all. */
async function reach(api: Billhook): Promise<Tenant> {
  try {
    return await api.tenant.get();
  } catch (error) {
    if (error instanceof BillhookConnectionError)
      stop(`No server answers at ${baseUrl}. Start it with "npm start" and run this again.`);
    if (error instanceof BillhookError && error.status === 401)
      stop(`The server at ${baseUrl} does not know this key. Set BILLHOOK_URL and BILLHOOK_API_KEY.`);
    throw error;
  }
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** The address and the key that the server left at its last start, unless the environment names others. */
function readAccess(): { baseUrl: string; apiKey: string } {
  const { BILLHOOK_URL, BILLHOOK_API_KEY } = process.env;
  if (BILLHOOK_URL && BILLHOOK_API_KEY) {
    return { baseUrl: BILLHOOK_URL, apiKey: BILLHOOK_API_KEY };
  }
  const file = path.resolve(
    import.meta.dirname,
    '..',
    process.env.BILLHOOK_DATA || '.billhook',
    'quickstart.json',
  );
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    stop(`There is no ${file}. Start the server with "npm start" and run this again.`);
  }
}

/** Declares meter, feature and plan at once; sending the same again changes nothing. */
async function findOrCreatePlan(api: Billhook, inCurrency: string): Promise<Catalogue['plans'][number]> {
  await api.catalogue.put({
    meters: [
      { key: METER, name: 'API calls', eventType: 'quickstart.call', aggregation: 'count', unit: 'calls' },
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
  const made = (await api.catalogue.get()).plans.find(({ key }) => key === PLAN);
  if (made === undefined) throw new Error('The plan was made but is not in the catalogue.');
  return made;
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

/** The catalogue's own words, because the seller may have changed the prices since the first run. */
function priceWords({ name, pricing, cadence }: PriceDraft, inCurrency: string): string {
  const each = cadence.count === 1 ? `a ${cadence.interval}` : `every ${cadence.count} ${cadence.interval}s`;
  if (pricing.model === 'flat') return `${name}: ${money(pricing.amount, inCurrency)} ${each}`;
  if (pricing.model !== 'graduated') return `${name}: by ${pricing.model} price`;
  const eachUnit = pricing.per === '1' ? 'each' : `for each ${pricing.per}`;
  const tiers = pricing.tiers.map(({ upTo, unitAmount }) => {
    const price = Number(unitAmount) === 0 ? 'included' : `${unitAmount} ${inCurrency} ${eachUnit}`;
    return upTo === null ? `then ${price}` : `${price} up to ${upTo}`;
  });
  return `${name}: ${tiers.join(', ')}`;
}

function money(amount: string, inCurrency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: inCurrency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const padded = amount.padStart(digits + 1, '0');
  const split = padded.length - digits;
  return format.format(`${padded.slice(0, split)}.${padded.slice(split)}` as Intl.StringNumericLiteral);
}
