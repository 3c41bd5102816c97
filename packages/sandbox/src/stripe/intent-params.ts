import { invalid } from './error.ts';
import type { Params } from './params.ts';

const METHOD_TYPES: readonly string[] = ['card', 'sepa_debit'];

/** How an intent chooses its methods: `types` and, when Stripe chooses, whether redirects are allowed. */
export interface MethodChoice {
  readonly types: readonly string[];
  readonly automatic: 'always' | 'never' | null;
}

/** Reads the types of methods and `automatic_payment_methods`. */
export function readMethodChoice(params: Params): MethodChoice {
  const types = readMethodTypes(params);
  const automatic = params.level('automatic_payment_methods');
  const enabled = automatic.flag('enabled') ?? types === undefined;
  const redirects = automatic.choice('allow_redirects', ['always', 'never']) ?? 'always';
  return { types: types ?? METHOD_TYPES, automatic: enabled ? redirects : null };
}

/** Reads `allowed_payment_method_types`, or `payment_method_types` of API versions before 2026-09. */
export function readMethodTypes(params: Params): string[] | undefined {
  const older = params.texts('payment_method_types');
  const types = params.texts('allowed_payment_method_types') ?? older;
  const unknown = types?.find((type) => !METHOD_TYPES.includes(type));
  if (unknown === undefined) return types;
  throw invalid(`The payment method type "${unknown}" is invalid: the sandbox knows card and sepa_debit.`, {
    param: 'payment_method_types',
  });
}

/**
 * Reads how the customer agreed to be debited. The mandate itself is made with the payment method, as Stripe's hosted
 * pages do without being told.
 */
export function readMandateData(params: Params): void {
  if (!params.has('mandate_data')) return;
  const acceptance = params.level('mandate_data').level('customer_acceptance');
  acceptance.integer('accepted_at');
  acceptance.level('offline');
  const type = acceptance.required('type');
  if (type !== 'online' && type !== 'offline') {
    throw invalid(`Invalid type: must be one of online or offline`, { param: acceptance.name('type') });
  }
  const online = acceptance.level('online');
  if (type === 'offline') return;
  online.required('ip_address');
  online.required('user_agent');
}

/** Reads a currency code in lower case. */
export function readCurrency(params: Params): string {
  const currency = params.required('currency').toLowerCase();
  if (/^[a-z]{3}$/.test(currency)) return currency;
  throw invalid(`Invalid currency: ${currency}`, { param: params.name('currency') });
}

/** Reads an address that a browser will be sent to: http or https. */
export function readUrl(params: Params, key: string): string | null {
  const text = params.text(key) ?? null;
  if (text === null) return null;
  if (/^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text.replaceAll(/[{}]/g, ''))) return text;
  throw invalid('Not a valid URL', { code: 'url_invalid', param: params.name(key) });
}

/** Smallest amounts that Stripe takes, in minor units; 50 where this list says nothing. */
const MINIMUM_AMOUNTS: Readonly<Record<string, number>> = {
  gbp: 30,
  jpy: 50,
  sek: 300,
  dkk: 250,
  nok: 300,
  pln: 200,
  czk: 1500,
  huf: 17500,
  hkd: 400,
  mxn: 1000,
};

const MAX_AMOUNT = 99_999_999;

/** Refuses amounts that Stripe would refuse. The smallest amount holds only where the account says so. */
export function checkAmount(amount: number, currency: string, enforceMinimum: boolean): void {
  if (amount < 1) {
    throw invalid('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const minimum = MINIMUM_AMOUNTS[currency] ?? 50;
  if (enforceMinimum && amount < minimum) {
    throw invalid(`Amount must be at least ${minimum} in the smallest unit of ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > MAX_AMOUNT) {
    throw invalid(`Amount must be no more than ${MAX_AMOUNT}`, { code: 'amount_too_large', param: 'amount' });
  }
}
