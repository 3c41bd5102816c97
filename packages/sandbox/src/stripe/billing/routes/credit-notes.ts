import type { CreditNoteLine, InvoiceLine, InvoiceRecord } from '../../../state/billing-records.ts';
import { type Call, get, post, type Route } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { type CreditInput, issueCredit, layOutCredit, voidCredit } from '../credit.ts';
import { divideRounded } from '../decimal.ts';

const REASONS = ['duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'] as const;

function readLines({ draft, params }: Call, invoice: InvoiceRecord): CreditNoteLine[] {
  return params.levels('lines').map((level) => {
    level.required('type');
    const type = level.choice('type', ['invoice_line_item', 'custom_line_item']);
    const quantity = level.integer('quantity') ?? null;
    const unit = level.integer('unit_amount') ?? null;
    const named = type === 'invoice_line_item' ? level.required('invoice_line_item') : null;
    const line = invoice.lines.find(({ id }) => id === named);
    if (named !== null && line === undefined)
      throw missing('invoice line item', named, level.name('invoice_line_item'));
    const amount = level.integer('amount') ?? (unit === null ? line?.amount : unit * (quantity ?? 1));
    if (amount === undefined) {
      throw invalid('A line needs an amount.', { code: 'parameter_missing', param: level.name('amount') });
    }
    return {
      id: draft.id('cnli_'),
      ...(line === undefined ? { discounts: [], taxes: [] } : partOf(line, amount)),
      amount,
      description: level.text('description') ?? line?.description ?? null,
      invoiceLine: named,
      quantity,
    };
  });
}

/** The part of the discounts and taxes of a line that goes back with a part of its amount. */
function partOf(line: InvoiceLine, amount: number): Required<Pick<CreditNoteLine, 'discounts' | 'taxes'>> {
  const part = (whole: number) =>
    line.amount === 0 ? 0 : Number(divideRounded(BigInt(whole) * BigInt(amount), BigInt(line.amount)));
  return {
    discounts: line.discounts.map((one) => ({ ...one, amount: part(one.amount) })),
    taxes: line.taxes.map((tax) => ({ ...tax, amount: part(tax.amount), taxable: part(tax.taxable) })),
  };
}

const lessOf = ({ discounts }: CreditNoteLine) =>
  (discounts ?? []).reduce((sum, { amount }) => sum + amount, 0);

const taxBeside = ({ taxes }: CreditNoteLine) =>
  (taxes ?? []).reduce((sum, { amount, inclusive }) => sum + (inclusive ? 0 : amount), 0);

function readCredit(call: Call): { invoice: InvoiceRecord; input: CreditInput } {
  const { draft, params } = call;
  const id = params.required('invoice');
  const invoice = draft.get('invoice', id);
  if (invoice === undefined) throw missing('invoice', id, 'invoice');
  const lines = readLines(call, invoice);
  const amount =
    params.integer('amount') ??
    lines.reduce((sum, line) => sum + line.amount - lessOf(line) + taxBeside(line), 0);
  const refunds = params.levels('refunds').map((level) => {
    level.integer('amount_refunded');
    return level.required('refund');
  });
  if (refunds.length > 1)
    throw invalid('The sandbox links one refund to a credit note.', { param: 'refunds' });
  const whole: CreditNoteLine = {
    id: draft.id('cnli_'),
    amount,
    description: 'Credit',
    invoiceLine: null,
    quantity: 1,
  };
  return {
    invoice,
    input: {
      amount,
      lines: lines.length === 0 ? [whole] : lines,
      memo: params.text('memo') ?? null,
      reason: params.choice('reason', REASONS) ?? null,
      metadata: params.metadata(),
      refundAmount: params.integer('refund_amount') ?? 0,
      refundId: refunds[0] ?? null,
      creditAmount: params.integer('credit_amount') ?? 0,
      outOfBand: params.integer('out_of_band_amount') ?? 0,
    },
  };
}

function create(call: Call): object {
  const { invoice, input } = readCredit(call);
  return render('credit_note', issueCredit(call.draft, invoice, input), call.draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'credit_note', 'credit note');
  const after = draft.put('credit_note', {
    ...before,
    memo: params.text('memo') ?? before.memo,
    metadata: params.metadata(before.metadata),
  });
  draft.emit('credit_note.updated', 'credit_note', after);
  return render('credit_note', after, draft);
}

function list(call: Call): object {
  const invoice = call.params.text('invoice') ?? null;
  const customer = call.params.text('customer') ?? null;
  return listRecords(
    call,
    'credit_note',
    '/v1/credit_notes',
    (note) =>
      (invoice === null || note.invoice === invoice) && (customer === null || note.customer === customer),
  );
}

/** Routes of credit notes. */
export const creditNoteRoutes: readonly Route[] = [
  post('/v1/credit_notes', create),
  get('/v1/credit_notes', list),
  get('/v1/credit_notes/preview', (call) => {
    const { invoice, input } = readCredit(call);
    return render('credit_note', layOutCredit(call.draft, invoice, input), call.draft);
  }),
  get('/v1/credit_notes/:id', (call) =>
    render('credit_note', recordOfPath(call, 'credit_note', 'credit note'), call.draft),
  ),
  post('/v1/credit_notes/:id', update),
  post('/v1/credit_notes/:id/void', (call) =>
    render(
      'credit_note',
      voidCredit(call.draft, recordOfPath(call, 'credit_note', 'credit note')),
      call.draft,
    ),
  ),
];
