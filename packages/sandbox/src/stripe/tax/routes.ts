import type { TaxCalculationRecord, TaxLine, TaxTransactionRecord } from '../../state/tax-records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { invalid, missing } from '../error.ts';
import { readCurrency } from '../intent-params.ts';
import type { Params } from '../params.ts';
import { recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';
import { type LinePage, taxCalculationLines, taxTransactionLines } from './objects.ts';
import { workOut } from './work-out.ts';

const DAY = 86_400;
const LIFE = 90 * DAY;
const MOST_LINES = 100;
const OVERRIDES = ['customer_exempt', 'none', 'reverse_charge'] as const;
const DEFAULT_CODE = 'txcd_10000000';

function readPlace(details: Params): Pick<TaxCalculationRecord, 'address' | 'taxIds' | 'override'> {
  const address = details.address() ?? null;
  if (address?.country == null) {
    throw invalid('You must provide the address of the customer.', {
      code: 'customer_tax_location_invalid',
      param: 'customer_details[address]',
    });
  }
  const isVague = address.country === 'US' && (address.postal_code ?? '').length < 5;
  if (isVague || (address.country === 'CA' && !address.postal_code && !address.state)) {
    throw invalid("We could not determine the customer's tax location based on the provided address.", {
      code: 'customer_tax_location_invalid',
      param: 'customer_details[address]',
    });
  }
  details.choice('address_source', ['billing', 'shipping']);
  const taxIds = details.levels('tax_ids').map((one) => {
    return { type: one.required('type'), value: one.required('value') };
  });
  return { address, taxIds, override: details.choice('taxability_override', OVERRIDES) ?? 'none' };
}

/** Days up to 31 before or after now, as Stripe takes them. */
function readDate({ draft, params }: Call): number {
  const taxDate = params.integer('tax_date') ?? draft.now;
  if (Math.abs(taxDate - draft.now) > 31 * DAY)
    throw invalid('The tax date may be up to 31 days away.', { param: 'tax_date' });
  return taxDate;
}

function createCalculation(call: Call): object {
  const { draft, params } = call;
  const place = readPlace(params.level('customer_details'));
  const taxDate = readDate(call);
  const sent = params.levels('line_items');
  if (sent.length === 0) throw invalid('Missing required param: line_items.', { param: 'line_items' });
  if (sent.length > MOST_LINES) throw invalid(`At most ${MOST_LINES} line items.`, { param: 'line_items' });
  const references = new Set<string>();
  const lines = sent.map((line, at): TaxLine => {
    const amount = line.integer('amount');
    if (amount === undefined || amount < 0)
      throw invalid('Invalid non-negative integer', { param: line.name('amount') });
    const reference = line.text('reference') ?? `L${at + 1}`;
    if (references.has(reference))
      throw invalid('References must be unique across the line items.', { param: line.name('reference') });
    references.add(reference);
    const taxCode = line.text('tax_code') ?? DEFAULT_CODE;
    if (!/^txcd_\d{8}$/.test(taxCode)) throw missing('tax code', taxCode, line.name('tax_code'));
    const taxBehavior = line.choice('tax_behavior', ['exclusive', 'inclusive']) ?? 'exclusive';
    const { address, taxIds, override } = place;
    const hasTaxId = taxIds.length > 0;
    const parts = workOut({ address, hasTaxId, override, taxDate, amount, taxBehavior, taxCode });
    return {
      id: draft.id('tax_li_'),
      amount,
      amountTax: parts.reduce((sum, part) => sum + part.amount, 0),
      metadata: line.metadata(),
      quantity: line.integer('quantity') ?? 1,
      reference,
      taxBehavior,
      taxCode,
      parts,
    };
  });
  const record = draft.put('tax_calculation', {
    id: draft.id('taxcalc_'),
    created: draft.now,
    currency: readCurrency(params),
    ...place,
    taxDate,
    lines,
    expiresAt: draft.now + LIFE,
  } satisfies TaxCalculationRecord);
  return render('tax_calculation', record, draft);
}

/** A reference names one transaction or reversal of an account for ever. */
function readReference({ draft, params }: Call): string {
  const reference = params.required('reference');
  if (draft.all('tax_transaction').some((one) => one.reference === reference)) {
    throw invalid(`A transaction with the reference ${reference} already exists.`, {
      code: 'resource_already_exists',
      param: 'reference',
    });
  }
  return reference;
}

function commit(call: Call): object {
  const { draft, params } = call;
  const id = params.required('calculation');
  const calculation = draft.get('tax_calculation', id);
  if (calculation === undefined) throw missing('tax calculation', id, 'calculation');
  if (calculation.expiresAt <= draft.now)
    throw invalid('The calculation has expired.', { code: 'taxes_calculation_failed', param: 'calculation' });
  const { expiresAt, ...taxed } = calculation;
  const record = draft.put('tax_transaction', {
    ...taxed,
    id: draft.id('tax_'),
    created: draft.now,
    reference: readReference(call),
    postedAt: params.integer('posted_at') ?? draft.now,
    metadata: params.metadata(),
    lines: taxed.lines.map((line) => ({ ...line, id: draft.id('tax_li_') })),
    reverses: null,
  } satisfies TaxTransactionRecord);
  return render('tax_transaction', record, draft);
}

function reverse(call: Call): object {
  const { draft, params } = call;
  const id = params.required('original_transaction');
  const original = draft.get('tax_transaction', id);
  if (original === undefined || original.reverses !== null)
    throw missing('tax transaction', id, 'original_transaction');
  const left = leftOf(call, original);
  const wanted =
    params.choice('mode', ['full', 'partial']) === 'full'
      ? left.map(({ line, amount, amountTax }) => ({
          line,
          amount: -amount,
          amountTax: -amountTax,
          reference: line.reference,
        }))
      : wantedOf(params, left);
  const record = draft.put('tax_transaction', {
    ...original,
    id: draft.id('tax_'),
    created: draft.now,
    reference: readReference(call),
    postedAt: draft.now,
    metadata: params.metadata(),
    lines: wanted.map(({ line, amount, amountTax, reference }) => {
      return { ...line, id: draft.id('tax_li_'), amount, amountTax, reference };
    }),
    reverses: { transaction: id, lines: wanted.map(({ line }) => line.id) },
  } satisfies TaxTransactionRecord);
  return render('tax_transaction', record, draft);
}

type Left = { readonly line: TaxLine; readonly amount: number; readonly amountTax: number };

/** What earlier reversals have left of each line. */
function leftOf({ draft }: Call, original: TaxTransactionRecord): readonly Left[] {
  const taken = draft
    .all('tax_transaction')
    .filter(({ reverses }) => reverses?.transaction === original.id)
    .flatMap(({ lines, reverses }) => lines.map((line, at) => ({ line, of: reverses?.lines[at] })));
  return original.lines.map((line) => {
    const own = taken.filter(({ of }) => of === line.id);
    const sum = (name: 'amount' | 'amountTax') => own.reduce((all, one) => all + one.line[name], line[name]);
    return { line, amount: sum('amount'), amountTax: sum('amountTax') };
  });
}

function wantedOf(params: Params, left: readonly Left[]) {
  return params.levels('line_items').map((sent) => {
    const id = sent.required('original_line_item');
    const found = left.find(({ line }) => line.id === id);
    if (found === undefined) throw missing('line item', id, sent.name('original_line_item'));
    const amount = sent.integer('amount') ?? 0;
    const amountTax = sent.integer('amount_tax') ?? 0;
    if (amount > 0 || amountTax > 0)
      throw invalid('Amounts of a reversal are negative.', { param: sent.name('amount') });
    if (-amount > found.amount || -amountTax > found.amountTax) {
      throw invalid('The reversal is more than what is left of the line item.', {
        param: sent.name('amount'),
      });
    }
    return { line: found.line, amount, amountTax, reference: sent.required('reference') };
  });
}

function pageOf({ params }: Call): LinePage {
  const limit = params.integer('limit') ?? null;
  if (limit !== null && (limit < 1 || limit > MOST_LINES))
    throw invalid(`This value must be between 1 and ${MOST_LINES}.`, { param: 'limit' });
  return { after: params.text('starting_after') ?? null, limit };
}

/** Routes of Stripe Tax: calculations, transactions and their reversals. */
export const taxRoutes: readonly Route[] = [
  post('/v1/tax/calculations', createCalculation),
  get('/v1/tax/calculations/:id', (call) =>
    render('tax_calculation', recordOfPath(call, 'tax_calculation'), call.draft),
  ),
  get('/v1/tax/calculations/:id/line_items', (call) =>
    taxCalculationLines(recordOfPath(call, 'tax_calculation'), pageOf(call)),
  ),
  post('/v1/tax/transactions/create_from_calculation', commit),
  post('/v1/tax/transactions/create_reversal', reverse),
  get('/v1/tax/transactions/:id', (call) =>
    render('tax_transaction', recordOfPath(call, 'tax_transaction'), call.draft),
  ),
  get('/v1/tax/transactions/:id/line_items', (call) =>
    taxTransactionLines(recordOfPath(call, 'tax_transaction'), pageOf(call)),
  ),
];
