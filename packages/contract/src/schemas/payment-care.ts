import { Type } from 'typebox';
import { amount, count, currency, id, line, nullable, obj, text, timestamp, webAddress } from '../common.ts';

const provider = line(30);
const eventStates = ['stored', 'done', 'ignored', 'quarantined'] as const;

/** A message of a payment provider as it came in. `stored` is not read yet, `ignored` is about nothing of ours. */
export const providerEvent = obj({
  id: id('pev'),
  object: Type.Literal('provider_event'),
  provider,
  /** The provider's own id of it. */
  provider_event_id: line(300),
  type: line(255),
  state: Type.Enum(eventStates),
  /** Why it was kept aside or waits. */
  detail: nullable(text(500)),
  came_by: Type.Enum(['webhook', 'poll']),
  deliveries: count,
  attempts: count,
  replays: count,
  replayable: Type.Boolean(),
  created_at: timestamp,
  last_received_at: timestamp,
  processed_at: nullable(timestamp),
});
export const providerEventWhole = obj({
  ...providerEvent.properties,
  /** The headers that the signature rests on. */
  headers: Type.Record(Type.String(), Type.String()),
  body: text(2_000_000),
  body_sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export const providerPoll = obj({
  object: Type.Literal('provider_poll'),
  provider,
  found: count,
  /** Those that no webhook had brought. */
  added: count,
});

const statement = obj({
  currency,
  /** What the provider says it holds of ours, by its movements. */
  provider: amount,
  /** What our books say it holds. */
  books: amount,
  difference: amount,
  /** Movements that nothing in our books is about. */
  open: amount,
  /** What is in our books and not (yet) in the provider's. */
  unlisted: amount,
  /** What none of this explains. */
  unexplained: amount,
  open_count: count,
  matched_count: count,
  unlisted_count: count,
});
export const reconciliation = obj({
  object: Type.Literal('reconciliation'),
  provider,
  /** Every provider that the business has an account at, the default first; each has books of its own. */
  providers: Type.Array(provider),
  /** Null before the first run. */
  reconciled_at: nullable(timestamp),
  next_at: nullable(timestamp),
  fault: nullable(text(500)),
  open_count: count,
  oldest_open_at: nullable(timestamp),
  currencies: Type.Array(statement),
});
const movementKinds = [
  'charge',
  'charge_failure',
  'refund',
  'refund_failure',
  'dispute',
  'dispute_reversal',
  'fee',
  'payout',
  'payout_failure',
  'adjustment',
] as const;
/** A movement in a provider's books. Amounts that leave the seller's balance are negative. */
export const providerTransaction = obj({
  id: id('ptx'),
  object: Type.Literal('provider_transaction'),
  provider,
  provider_transaction_id: line(300),
  kind: Type.Enum(movementKinds),
  gross: amount,
  fee: amount,
  net: amount,
  currency,
  occurred_at: timestamp,
  available_at: nullable(timestamp),
  payout: nullable(line(300)),
  state: Type.Enum(['open', 'matched', 'posted', 'empty']),
  reason: nullable(line(60)),
  /** One sentence: what it is in our books, or why it stands in none. */
  explanation: text(1000),
  /** Whole days since, while it is open. */
  age_days: nullable(count),
  ledger_transaction: nullable(id('lt')),
  payment: nullable(id('pay')),
  customer: nullable(id('cus')),
  customer_name: nullable(line(200)),
  created_at: timestamp,
});
export const payout = obj({
  id: id('pyo'),
  object: Type.Literal('payout'),
  provider,
  provider_payout_id: line(300),
  amount,
  currency,
  status: line(40),
  created_at: timestamp,
  arrives_at: nullable(timestamp),
  /** What its movements add up to; null while none is known. */
  movements_total: nullable(amount),
  adds_up: nullable(Type.Boolean()),
});
export const payoutStatement = obj({
  ...payout.properties,
  lines: Type.Array(obj({ kind: Type.Enum(movementKinds), count, gross: amount, fee: amount, net: amount })),
});

const blockKinds = ['customer', 'card', 'email', 'email_domain', 'country', 'ip_range'] as const;
/** Something that no payment is taken from. */
export const paymentBlock = obj({
  id: id('blk'),
  object: Type.Literal('payment_block'),
  kind: Type.Enum(blockKinds),
  /** A customer's id, a card's mark, an address, a domain, a country or a range. */
  value: line(320),
  /** In words for people: the customer's name, or the value. */
  label: line(400),
  reason: line(500),
  created_at: timestamp,
});
export const createBlock = obj({
  kind: Type.Enum(blockKinds),
  /** For a card, the id of a payment method that it stands behind. */
  value: line(320),
  reason: line(500),
});
export const paymentTry = obj({
  id: id('pty'),
  object: Type.Literal('payment_try'),
  customer: id('cus'),
  customer_name: line(200),
  kind: Type.Enum(['page', 'method']),
  address: nullable(line(60)),
  amount: nullable(amount),
  currency: nullable(currency),
  verdict: Type.Enum(['allow', 'flag', 'refuse']),
  reasons: Type.Array(obj({ code: line(60), detail: text(500) })),
  created_at: timestamp,
});
const most = nullable(Type.Integer({ minimum: 1, maximum: 100_000 }));
/** How many of a kind are allowed; null looks at none of it. */
export const riskRules = obj({
  object: Type.Literal('risk_rules'),
  cards_of_customer: most,
  customers_of_card: most,
  tries_of_customer: most,
  tries_of_address: most,
  small_tries: most,
  country_mismatch: Type.Boolean(),
});
export const setRiskRules = obj({
  cards_of_customer: most,
  customers_of_card: most,
  tries_of_customer: most,
  tries_of_address: most,
  small_tries: most,
  country_mismatch: Type.Boolean(),
});

const secretKinds = [
  'mail',
  'twilio',
  'stripe',
  'paypal',
  'whatsapp',
  'storage',
  'peppol',
  'certificate',
] as const;
export const secretAge = obj({
  object: Type.Literal('secret_age'),
  name: line(60),
  kind: Type.Enum(secretKinds),
  state: Type.Enum(['fresh', 'due_soon', 'overdue']),
  since: timestamp,
  age_days: count,
  rotate_days: Type.Integer({ minimum: 1, maximum: 3650 }),
  due_at: timestamp,
  /** When it ends at its issuer: the earlier of what the issuer tells and what was entered. */
  expires_at: nullable(timestamp),
  entered_expires_at: nullable(timestamp),
});
export const setSecretExpiry = obj({
  name: line(60),
  /** As the issuer shows it; null takes back what was entered. */
  expires_at: nullable(timestamp),
});
const checkState = Type.Enum(['ok', 'attention', 'problem', 'off']);
export const healthCheck = obj({
  id: line(80),
  subject: line(60),
  title: line(120),
  state: checkState,
  /** One sentence: what was seen. It names every event that an endpoint is not sent. */
  detail: text(10_000),
  /** What to do; null where nothing is to be done. */
  next_step: nullable(text(1000)),
  /** Events that a webhook endpoint is not sent, where that is what is wrong. */
  missing_events: Type.Array(line(100)),
});
/** What a webhook endpoint is sent from now on. */
export const webhookSubscription = obj({
  object: Type.Literal('webhook_subscription'),
  url: webAddress,
  /** Those that it was not sent before. */
  added: Type.Array(line(100)),
  events: Type.Array(line(100)),
});
/** What each credential and webhook looks like from here. Nothing is charged or changed to find out. */
export const healthReport = obj({
  object: Type.Literal('health_report'),
  checked_at: timestamp,
  state: Type.Enum(['ok', 'attention', 'problem']),
  checks: Type.Array(healthCheck),
  secrets: Type.Array(secretAge),
});
export const setRotation = obj({
  kind: Type.Enum(secretKinds),
  days: Type.Integer({ minimum: 1, maximum: 3650 }),
});
export const rotationPolicy = obj({
  object: Type.Literal('rotation_policy'),
  kind: Type.Enum(secretKinds),
  days: Type.Integer({ minimum: 1, maximum: 3650 }),
});
