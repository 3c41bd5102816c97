import { Type } from 'typebox';
import {
  currency,
  customerRef,
  decimal,
  id,
  key,
  line,
  notNegativeDecimal,
  nullable,
  obj,
  planRef,
  positiveAmount,
  timestamp,
} from '../common.ts';

/** More than zero; the server says so too for a text such as `0.0`. */
const positiveDecimal = notNegativeDecimal;
const reason = line(500);
const priority = Type.Integer({ minimum: 0, maximum: 100, description: 'Lower is spent first.' });
const days = Type.Integer({ minimum: 1, maximum: 3650 });

const typeFields = {
  key,
  name: line(200),
  /** What one of them is called. */
  unit: line(40),
  /** With a currency they are money, counted in its minor units. */
  currency: nullable(currency),
};
export const creditTypeFace = obj({ id: id('ctype'), ...typeFields });
export const creditType = obj({
  id: id('ctype'),
  object: Type.Literal('credit_type'),
  ...typeFields,
  /** Of grants that expire together, what was given for nothing is spent first. */
  promotions_first: Type.Boolean(),
  /** What returns to an expired grant lives so many days anew; null means that it is lost. */
  return_days: nullable(days),
  /** Falling below it is told. */
  low_at: nullable(notNegativeDecimal),
  created_at: timestamp,
});
export const createCreditType = obj({
  key,
  name: line(200),
  unit: Type.Optional(line(40)),
  currency: Type.Optional(nullable(currency)),
  promotions_first: Type.Optional(Type.Boolean()),
  return_days: Type.Optional(nullable(days)),
  low_at: Type.Optional(nullable(positiveDecimal)),
});

/** What happens when the balance is used up: the use is refused, or goes on and is owed. */
export const creditBeyond = Type.Enum(['block', 'allow']);
export const creditCost = obj({
  id: id('ccost'),
  object: Type.Literal('credit_cost'),
  feature: key,
  credit_type: key,
  per_unit: notNegativeDecimal,
  beyond: creditBeyond,
  /** What no grant covers counts on this meter, and a price on it bills it; null where it is only told. */
  overage_meter: nullable(key),
  effective_at: timestamp,
  status: Type.Enum(['current', 'ahead', 'past']),
  created_at: timestamp,
});
export const setCreditCost = obj({
  feature: key,
  credit_type: key,
  per_unit: notNegativeDecimal,
  beyond: Type.Optional(creditBeyond),
  /** Adds up a value without conditions; only where use beyond the balance is allowed. */
  overage_meter: Type.Optional(nullable(key)),
  /** Now if left out; never in the past. */
  effective_at: Type.Optional(timestamp),
});

const packFields = {
  key,
  name: line(200),
  credit_type: key,
  amount: positiveDecimal,
  /** Without tax, in minor units. */
  price: positiveAmount,
  currency,
};
const packLife = nullable(Type.Integer({ minimum: 1, maximum: 36_500 }));
export const creditPack = obj({
  id: id('cpack'),
  object: Type.Literal('credit_pack'),
  ...packFields,
  expires_after_days: packLife,
  archived_at: nullable(timestamp),
  created_at: timestamp,
});
export const createCreditPack = obj({ ...packFields, expires_after_days: Type.Optional(packLife) });
export const updateCreditPack = obj({ archived: Type.Boolean() });

/** How often a plan grants. `billing_period` follows the bills of the subscription; `once` is for its whole life. */
const allowanceInterval = Type.Enum(['billing_period', 'day', 'week', 'month', 'year', 'once']);
const rolloverPeriods = nullable(Type.Integer({ minimum: 0, maximum: 1200 }));
export const creditAllowance = obj({
  id: id('callow'),
  object: Type.Literal('credit_allowance'),
  plan: key,
  credit_type: key,
  /** Each interval of a subscription; zero for none from then on. */
  amount: notNegativeDecimal,
  interval: allowanceInterval,
  priority,
  /** The most that is carried into the next interval; null for all of it. */
  rollover_max: nullable(notNegativeDecimal),
  /** How many ends of intervals a credit may survive; zero for none, null for every one. */
  rollover_periods: rolloverPeriods,
  effective_at: timestamp,
  created_at: timestamp,
});
export const setCreditAllowance = obj({
  plan: planRef,
  credit_type: key,
  amount: notNegativeDecimal,
  /** A month if left out. */
  interval: Type.Optional(allowanceInterval),
  priority: Type.Optional(priority),
  rollover_max: Type.Optional(nullable(positiveDecimal)),
  rollover_periods: Type.Optional(rolloverPeriods),
  effective_at: Type.Optional(timestamp),
});

const source = Type.Enum(['allowance', 'purchase', 'promotion', 'adjustment', 'rollover']);
export const creditGrant = obj({
  id: id('cgrant'),
  object: Type.Literal('credit_grant'),
  source,
  amount: notNegativeDecimal,
  left: notNegativeDecimal,
  priority,
  /** Whether it can be spent now: it has begun and not expired. */
  running: Type.Boolean(),
  effective_at: timestamp,
  expires_at: nullable(timestamp),
  /** Only for these; null for all. */
  features: nullable(Type.Array(key)),
  /** What they are called, in the same order. */
  feature_names: nullable(Type.Array(line(200))),
  /** Only beside this subscription; null for any. */
  subscription: nullable(id('sub')),
  rolls_over: Type.Boolean(),
  reason: Type.String({ maxLength: 500 }),
  created_at: timestamp,
});
export const creditReload = obj({
  enabled: Type.Boolean(),
  threshold: notNegativeDecimal,
  pack: key,
  monthly_maximum: nullable(positiveAmount),
  failed_payments: Type.Integer({ minimum: 0 }),
  /** After three failed payments in a row; saving the settings again lifts it. */
  suspended_at: nullable(timestamp),
});
export const creditBalance = obj({
  object: Type.Literal('credit_balance'),
  credit_type: creditTypeFace,
  /** What can be spent now. */
  available: notNegativeDecimal,
  /** Promised to reservations: nobody else can spend it until it is used or given back. */
  promised: notNegativeDecimal,
  /** Falling below it is told: the customer's own mark, or that of the type. */
  low_at: nullable(notNegativeDecimal),
  /** Whether the mark is the customer's own. */
  low_at_is_own: Type.Boolean(),
  /** In the order in which they are spent. */
  grants: Type.Array(creditGrant),
  /** Something was bought and is not paid yet. */
  purchase_pending: Type.Boolean(),
  reload: nullable(creditReload),
});
export const creditStanding = obj({
  object: Type.Literal('credits'),
  customer: id('cus'),
  balances: Type.Array(creditBalance),
  /** Events that came in and are not paid for yet; credits follow them within a second or so. */
  events_pending: Type.Integer({ minimum: 0 }),
  /** What this customer can buy. */
  packs: Type.Array(creditPack),
});
export const creditEntry = obj({
  id: id('centry'),
  object: Type.Literal('credit_entry'),
  credit_type: creditTypeFace,
  grant: id('cgrant'),
  source,
  kind: Type.Enum(['granted', 'consumed', 'refunded', 'expired', 'revoked', 'rolled_over', 'returned']),
  /** What it added to the grant, or took from it. */
  amount: decimal,
  consumption: nullable(id('cuse')),
  feature: nullable(key),
  feature_name: nullable(line(200)),
  reason: Type.String({ maxLength: 500 }),
  at: timestamp,
});

export const grantCredits = obj({
  credit_type: key,
  amount: positiveDecimal,
  source: Type.Optional(Type.Enum(['promotion', 'adjustment'])),
  priority: Type.Optional(priority),
  effective_at: Type.Optional(timestamp),
  expires_at: Type.Optional(nullable(timestamp)),
  features: Type.Optional(Type.Array(key, { minItems: 1, maxItems: 100 })),
  subscription: Type.Optional(id('sub')),
  reason,
});
export const adjustCredits = obj({
  credit_type: key,
  /** Below zero takes credits away, in the order in which they would be spent. */
  amount: decimal,
  reason,
});
/** Units of a feature, which cost what its table says, or credits of a type by name: one or the other. */
export const consumeCredits = obj({
  customer: customerRef,
  /** Your name for it: the same event of a customer is spent once. */
  event_id: line(200),
  feature: Type.Optional(key),
  /** 1 if left out. */
  quantity: Type.Optional(notNegativeDecimal),
  credit_type: Type.Optional(key),
  amount: Type.Optional(positiveDecimal),
  /** Opens grants that are for this subscription alone. */
  subscription: Type.Optional(id('sub')),
});
export const creditConsumption = obj({
  id: id('cuse'),
  object: Type.Literal('credit_consumption'),
  customer: id('cus'),
  credit_type: key,
  event_id: line(200),
  quantity: nullable(notNegativeDecimal),
  amount: notNegativeDecimal,
  /** What no grant covered. */
  overage: notNegativeDecimal,
  /** The grants that paid, in the order in which they were spent. */
  grants: Type.Array(obj({ grant: id('cgrant'), amount: notNegativeDecimal })),
  created_at: timestamp,
});
export const consumeResult = obj({
  object: Type.Literal('consume_result'),
  consumption: creditConsumption,
  /** The event was spent before; nothing was spent now. */
  repeated: Type.Boolean(),
  /** What is left of the type. */
  available: notNegativeDecimal,
});
export const setCreditLowMark = obj({
  credit_type: key,
  /** Null takes the customer's own mark away, so that the one of the type holds again. */
  low_at: nullable(positiveDecimal),
});
export const refundCredits = obj({ amount: Type.Optional(positiveDecimal), reason });
export const buyCredits = obj({ pack: key });
export const creditPurchase = obj({
  id: id('cbuy'),
  object: Type.Literal('credit_purchase'),
  customer: id('cus'),
  pack: key,
  amount: notNegativeDecimal,
  price: positiveAmount,
  currency,
  /** It is granted when this invoice is paid. */
  invoice: id('inv'),
  status: Type.Enum(['pending', 'paid', 'failed']),
  reload: Type.Boolean(),
  created_at: timestamp,
});
export const setCreditReload = obj({
  credit_type: key,
  enabled: Type.Boolean(),
  threshold: positiveDecimal,
  pack: key,
  monthly_maximum: Type.Optional(nullable(positiveAmount)),
});
