import { type Faults, NO_FAULTS } from '../state/faults.ts';
import type { TriggerOptions } from '../triggers/trigger.ts';
import type { AccountInput } from './types.ts';

/** A request to the control API that cannot be understood or carried out. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: unknown, known: readonly string[]): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ControlError(400, 'The body must be a JSON object.');
  }
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ControlError(400, `Unknown field: ${unknown.slice(0, 80)}.`);
  return body as Fields;
}

const AFTER_LAST_RETRY = ['cancel', 'unpaid', 'past_due'] as const;

/** Reads the body that makes or changes an account. */
export function readAccountInput(body: unknown): AccountInput {
  const fields = fieldsOf(body, [
    'key',
    'sellerName',
    'webhookUrl',
    'webhookSecret',
    'enforceMinimumAmount',
    'afterLastRetry',
    'automaticPayouts',
  ]);
  const { key, sellerName, webhookUrl, webhookSecret, enforceMinimumAmount, automaticPayouts } = fields;
  const afterLastRetry = AFTER_LAST_RETRY.find((one) => one === fields.afterLastRetry);
  if (fields.afterLastRetry !== undefined && afterLastRetry === undefined) {
    throw new ControlError(400, 'afterLastRetry must be cancel, unpaid or past_due.');
  }
  if (typeof key !== 'string' || !/^sk_test_[A-Za-z0-9_]{1,200}$/.test(key)) {
    throw new ControlError(400, 'key must have the form sk_test_...');
  }
  if (
    sellerName !== undefined &&
    (typeof sellerName !== 'string' || sellerName === '' || sellerName.length > 200)
  ) {
    throw new ControlError(400, 'sellerName must be a text of 1 to 200 characters.');
  }
  if (enforceMinimumAmount !== undefined && typeof enforceMinimumAmount !== 'boolean') {
    throw new ControlError(400, 'enforceMinimumAmount must be true or false.');
  }
  if (automaticPayouts !== undefined && typeof automaticPayouts !== 'boolean') {
    throw new ControlError(400, 'automaticPayouts must be true or false.');
  }
  if (webhookUrl !== undefined && webhookUrl !== null) {
    if (typeof webhookUrl !== 'string' || !/^https?:\/\//.test(webhookUrl) || !URL.canParse(webhookUrl)) {
      throw new ControlError(400, 'webhookUrl must be an http or https address, or null.');
    }
  }
  if (
    webhookSecret !== undefined &&
    (typeof webhookSecret !== 'string' || !/^whsec_.{8,200}$/.test(webhookSecret))
  ) {
    throw new ControlError(400, 'webhookSecret must have the form whsec_...');
  }
  return {
    key,
    ...(sellerName === undefined ? {} : { sellerName }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(enforceMinimumAmount === undefined ? {} : { enforceMinimumAmount }),
    ...(afterLastRetry === undefined ? {} : { afterLastRetry }),
    ...(automaticPayouts === undefined ? {} : { automaticPayouts }),
  };
}

/** A payment that a bank asks back. */
export interface DisputeInput {
  readonly paymentIntent: string;
  readonly reason: string;
  readonly isInquiry: boolean;
}

/** Reads the body that has a bank ask a payment back. */
export function readDispute(body: unknown): DisputeInput {
  const fields = fieldsOf(body, ['paymentIntent', 'reason', 'isInquiry']);
  const { paymentIntent, reason = 'fraudulent', isInquiry = false } = fields;
  if (typeof paymentIntent !== 'string') throw new ControlError(400, 'paymentIntent must be an id.');
  if (typeof reason !== 'string' || !/^[a-z_]{1,60}$/.test(reason)) {
    throw new ControlError(400, 'reason must be one such as fraudulent.');
  }
  if (typeof isInquiry !== 'boolean') throw new ControlError(400, 'isInquiry must be true or false.');
  return { paymentIntent, reason, isInquiry };
}

/** Reads the body that asks for an event. */
export function readTrigger(body: unknown): TriggerOptions & { event: string } {
  const { event, amount, currency, customer } = fieldsOf(body, ['event', 'amount', 'currency', 'customer']);
  if (typeof event !== 'string') throw new ControlError(400, 'event must be the type of an event.');
  if (amount !== undefined && !(Number.isSafeInteger(amount) && Number(amount) > 0)) {
    throw new ControlError(400, 'amount must be a whole number of minor units.');
  }
  if (currency !== undefined && !(typeof currency === 'string' && /^[a-z]{3}$/.test(currency))) {
    throw new ControlError(400, 'currency must be a code such as eur.');
  }
  if (customer !== undefined && typeof customer !== 'string') {
    throw new ControlError(400, 'customer must be the id of a customer.');
  }
  return {
    event,
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...(currency === undefined ? {} : { currency }),
    ...(customer === undefined ? {} : { customer }),
  };
}

const MAX_INSTANT_MS = 8.64e15;

/** Reads the body that sets a clock. */
export function readClock(body: unknown): number | null {
  const { frozenAtMs } = fieldsOf(body, ['frozenAtMs']);
  if (frozenAtMs === null) return null;
  if (
    typeof frozenAtMs === 'number' &&
    Number.isInteger(frozenAtMs) &&
    Math.abs(frozenAtMs) <= MAX_INSTANT_MS
  ) {
    return frozenAtMs;
  }
  throw new ControlError(400, 'frozenAtMs must be an instant in milliseconds, or null.');
}

const MAX_COUNT = 1_000_000;
const MAX_DELAY_MS = 24 * 3_600_000;

/** Reads the body that switches faults; what is left out is off. */
export function readFaults(body: unknown): Faults {
  const fields = fieldsOf(body, Object.keys(NO_FAULTS));
  const number = (name: keyof Faults, max: number): number => {
    const value = fields[name] ?? NO_FAULTS[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw new ControlError(400, `${name} must be a whole number from 0 to ${max}.`);
  };
  const flag = (name: 'duplicateWebhooks' | 'timeoutsOnAllWrites' | 'reorderWebhooks'): boolean => {
    const value = fields[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw new ControlError(400, `${name} must be true or false.`);
  };
  const { failChargesWith = NO_FAULTS.failChargesWith } = fields;
  if (typeof failChargesWith !== 'string' || !/^[a-z_]{1,60}$/.test(failChargesWith)) {
    throw new ControlError(400, 'failChargesWith must be a decline code.');
  }
  const { deniedRights = NO_FAULTS.deniedRights } = fields;
  if (typeof deniedRights !== 'string' || !/^(?:[a-z_]+_(?:read|write)(?: |$))*$/.test(deniedRights)) {
    throw new ControlError(400, 'deniedRights must be names such as customers_write, apart by blanks.');
  }
  const rejectStatus = number('rejectStatus', 599);
  if (rejectStatus < 400) throw new ControlError(400, 'rejectStatus must be from 400 to 599.');
  return {
    failCharges: number('failCharges', MAX_COUNT),
    failChargesWith,
    timeoutsBefore: number('timeoutsBefore', MAX_COUNT),
    timeoutsAfter: number('timeoutsAfter', MAX_COUNT),
    holdMs: number('holdMs', MAX_DELAY_MS),
    rejectRequests: number('rejectRequests', MAX_COUNT),
    rejectStatus,
    timeoutsOnAllWrites: flag('timeoutsOnAllWrites'),
    slowMs: number('slowMs', MAX_DELAY_MS),
    duplicateWebhooks: flag('duplicateWebhooks'),
    reorderWebhooks: flag('reorderWebhooks'),
    delayWebhooksMs: number('delayWebhooksMs', MAX_DELAY_MS),
    loseWebhooks: number('loseWebhooks', MAX_COUNT),
    deniedRights,
  };
}
