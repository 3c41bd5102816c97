import { createHash } from 'node:crypto';
import type { Draft } from '../state/draft.ts';
import type { Debit, MandateRecord } from '../state/money-records.ts';
import type { ChargeRecord, PaymentIntentRecord, PaymentMethodRecord } from '../state/records.ts';
import { invalid } from './error.ts';

const DAY = 86_400;
const MINUTE = 60;

/** How a test IBAN acts: when it is settled, and what the bank says then. */
interface TestIban {
  readonly iban: string;
  readonly behaviour: string;
}

// Countries with the endings that Stripe publishes for each way to act.
const IBANS: readonly TestIban[] = [
  { iban: 'AT611904300234573201', behaviour: 'settles' },
  { iban: 'AT321904300235473204', behaviour: 'settles_soon' },
  { iban: 'AT861904300235473202', behaviour: 'fails:generic_decline' },
  { iban: 'AT051904300235473205', behaviour: 'fails_soon:generic_decline' },
  { iban: 'AT591904300235473203', behaviour: 'disputed' },
  { iban: 'AT981904300002222227', behaviour: 'fails:insufficient_funds' },
  { iban: 'DE89370400440532013000', behaviour: 'settles' },
  { iban: 'DE08370400440532013003', behaviour: 'settles_soon' },
  { iban: 'DE62370400440532013001', behaviour: 'fails:generic_decline' },
  { iban: 'DE78370400440532013004', behaviour: 'fails_soon:generic_decline' },
  { iban: 'DE35370400440532013002', behaviour: 'disputed' },
  { iban: 'DE65370400440002222227', behaviour: 'fails:insufficient_funds' },
];

/** One IBAN for each common way. */
export const DEBIT_WAYS = { settles: 'DE89370400440532013000', fails: 'DE62370400440532013001' } as const;

/** Every IBAN that the sandbox accepts, for the tests and the hints of the hosted page. */
export const TEST_IBANS: readonly TestIban[] = IBANS;

/** What is kept of a test IBAN. Any other number is refused and not kept. */
export function rememberIban(text: string): Debit {
  const iban = text.replaceAll(/\s/g, '').toUpperCase();
  const test = IBANS.find((one) => one.iban === iban);
  if (test === undefined) {
    throw invalid('The IBAN you provided is invalid, or is no test IBAN. Nothing of it was kept.', {
      code: 'invalid_bank_account_iban',
      param: 'sepa_debit[iban]',
    });
  }
  const fingerprint = createHash('sha256').update(`test iban ${iban}`).digest('base64url').slice(0, 16);
  return {
    bankCode: iban.slice(4, iban.startsWith('DE') ? 12 : 9),
    country: iban.slice(0, 2),
    last4: iban.slice(-4),
    fingerprint: fingerprint.replaceAll(/[-_]/g, 'x'),
    behaviour: test.behaviour,
  };
}

/** Seconds until a debit is settled or comes back. */
export function settlementSeconds(behaviour: string): number {
  if (behaviour.endsWith('_soon') || behaviour.startsWith('fails_soon')) return 3 * MINUTE;
  return behaviour.startsWith('fails') ? 2 * DAY : 5 * DAY;
}

/** The customer's leave to debit a method; `undefined` while there is none. */
export function mandateOf(draft: Draft, paymentMethod: string): MandateRecord | undefined {
  return draft.all('mandate').find((mandate) => mandate.paymentMethod === paymentMethod);
}

/** Takes the customer's leave to debit. The hosted page shows the text before. */
export function giveMandate(draft: Draft, method: PaymentMethodRecord): MandateRecord {
  const known = mandateOf(draft, method.id);
  if (known !== undefined) return known;
  return draft.put('mandate', {
    id: draft.id('mandate_'),
    created: draft.now,
    paymentMethod: method.id,
    reference: draft.id('', 16).toUpperCase(),
    status: 'active',
  });
}

/** Fee of a debit in minor units, whatever its amount. */
export const DEBIT_FEE_MINOR = 35;

/** Begins a debit: the bank is asked, and the outcome is known days later on the account's clock. */
export function beginDebit(
  draft: Draft,
  intent: PaymentIntentRecord,
  method: PaymentMethodRecord,
  debit: Debit,
  charge: Omit<ChargeRecord, 'id' | 'status' | 'balanceTransaction' | 'failure' | 'authenticated'>,
  offSession: boolean,
): PaymentIntentRecord {
  if (intent.currency !== 'eur') {
    throw invalid('SEPA debits can only be made in eur.', { code: 'payment_method_currency_mismatch' });
  }
  const mandate = offSession ? mandateOf(draft, method.id) : giveMandate(draft, method);
  if (mandate === undefined) {
    throw invalid('There is no mandate for this payment method. Set it up with the customer present.', {
      code: 'payment_intent_mandate_invalid',
    });
  }
  const id = draft.id('py_');
  const behaviour = charge.returnsAs === undefined ? debit.behaviour : `fails:${charge.returnsAs}`;
  const dueAt = draft.now + settlementSeconds(behaviour);
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: intent.amount,
    fee: DEBIT_FEE_MINOR,
    currency: intent.currency,
    type: 'payment',
    source: id,
    description: intent.description,
    availableOn: dueAt,
  });
  const pending = draft.put('charge', {
    ...charge,
    id,
    status: 'pending',
    balanceTransaction: transaction.id,
    failure: null,
    authenticated: false,
    mandate: mandate.id,
    dueAt,
  });
  const processing = draft.put('payment_intent', {
    ...intent,
    status: 'processing',
    paymentMethod: method.id,
    latestCharge: id,
    lastFault: null,
  });
  draft.emit('charge.pending', 'charge', pending);
  draft.emit('payment_intent.processing', 'payment_intent', processing);
  return processing;
}
