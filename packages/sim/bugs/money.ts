import { CORE, type Engine } from '../src/engine.ts';
import type { Provider } from '../src/provider.ts';
import { bypassing, onBilling, onInvoices, type PlantedBug, planted } from './plant.ts';

/** Bugs in payments, credit, tax, sums and the ledger. */
export const MONEY_BUGS: readonly PlantedBug[] = [
  {
    id: 'returned-refund-kept',
    name: 'leaves a refund that came back as it was',
    law: 'I530',
    engine: planted({
      decideRefundOutcome: (input) =>
        input.refund.status === 'succeeded' ? { changes: [], events: [] } : CORE.decideRefundOutcome(input),
    }),
  },
  {
    id: 'total-plus-one',
    name: 'adds a cent to a total',
    law: 'I04',
    engine: onInvoices((invoice) => ({
      ...invoice,
      totals: { ...invoice.totals, totalMinor: invoice.totals.totalMinor + 1n },
    })),
  },
  { id: 'edited-after-issue', name: 'edits an invoice after its issue', law: 'I06', engine: editsIssued },
  { id: 'number-gap', name: 'skips an invoice number', law: 'I07', engine: skipsNumber },
  {
    id: 'second-attempt',
    name: 'begins a second attempt beside an open one',
    law: 'I15',
    engine: secondAttempt(),
  },
  {
    id: 'double-capture',
    name: 'the provider takes the money twice after a lost answer',
    law: 'I18',
    engine: () => CORE,
    wrapProvider: chargesTwice,
  },
  {
    id: 'over-refund',
    name: 'refunds without looking at earlier refunds',
    law: 'I19',
    engine: refundsBeyond(),
  },
  {
    id: 'dispute-fee',
    name: 'forgets the fee of a dispute',
    law: 'I281',
    engine: planted({
      decideDispute: (input) => CORE.decideDispute({ ...input, news: { ...input.news, feeMinor: 0n } }),
    }),
  },
  { id: 'late-news', name: 'believes late news over a success', law: 'I20', engine: goesBack() },
  { id: 'lost-entry', name: 'drops a ledger entry', law: 'I24', engine: dropsEntry() },
  {
    id: 'credit-kept',
    name: 'uses credit without taking it off',
    law: 'I25',
    engine: planted({
      applyChanges: bypassing(
        (_, change) =>
          change.type === 'customer_credit.add' && change.deltaMinor < 0n && change.sourceType === 'invoice',
      ),
    }),
  },
  { id: 'posted-twice', name: 'posts a fact twice', law: 'I30', engine: postsTwice },
  {
    id: 'no-retry',
    name: 'forgets to retry',
    law: 'I54',
    engine: planted({
      applyChanges: bypassing((books, change) => {
        if (change.type !== 'payment.retry' || change.at === null) return false;
        CORE.applyChanges(books, [{ ...change, at: null }]);
        return true;
      }),
    }),
  },
  { id: 'line-without-tax', name: 'forgets the tax of a line', law: 'I63', engine: onInvoices(dropsTax) },
  {
    id: 'tax-on-wrong-rate',
    name: 'taxes every line at the standard rate',
    law: 'I63',
    engine: onBilling(({ taxChoice }) => ({ taxChoice: { ...taxChoice, ratesByTaxCode: {} } })),
  },
  {
    id: 'credit-beside-debt',
    name: 'leaves credit beside invoices that are open',
    law: 'I90',
    engine: planted({ decideCreditSettlement: () => ({ changes: [], events: [] }) }),
  },
];

type Books = Parameters<Engine['applyChanges']>[0];

function editsIssued(): Engine {
  return {
    ...CORE,
    applyChanges(books, changes) {
      CORE.applyChanges(books, changes);
      for (const [id, record] of books.invoices) {
        if (record.status !== 'paid' || record.invoice.lines[0]?.description.endsWith('!')) continue;
        const lines = record.invoice.lines.map((line) => ({ ...line, description: `${line.description}!` }));
        books.invoices.set(id, { ...record, invoice: { ...record.invoice, lines } });
      }
    },
  };
}

function skipsNumber(): Engine {
  return { ...CORE, nextCounter: (last) => last + (last === 20n ? 2n : 1n) };
}

function secondAttempt(): () => Engine {
  return planted({ decideAttempt: (input) => CORE.decideAttempt({ ...input, attempts: [] }) });
}

function chargesTwice(provider: Provider): Provider {
  return {
    ...provider,
    charge(attempt, card, isCustomerThere, now) {
      const deliveries = provider.charge(attempt, card, isCustomerThere, now);
      const lost = deliveries.some((delivery) => delivery.news.status === 'unknown');
      const captured = provider.truth.capturedMinor.get(attempt.id);
      if (lost && captured !== undefined) provider.truth.capturedMinor.set(attempt.id, captured * 2n);
      return deliveries;
    },
  };
}

function refundsBeyond(): () => Engine {
  return planted({
    decideRefund: (input) =>
      CORE.decideRefund({ ...input, attempt: { ...input.attempt, refundedMinor: 0n } }),
    applyChanges: bypassing((books: Books, change) => {
      if (change.type !== 'refund.create') return false;
      const payment = books.payments.get(change.refund.paymentId);
      if (payment === undefined) return false;
      books.refunds.set(change.refund.id, change.refund);
      const refundedMinor = payment.refundedMinor + change.refund.amountMinor;
      books.payments.set(payment.id, { ...payment, refundedMinor });
      return true;
    }),
  });
}

function goesBack(): () => Engine {
  return planted({
    decideAttemptOutcome(input) {
      if (input.attempt.status !== 'succeeded' || input.news.status !== 'failed')
        return CORE.decideAttemptOutcome(input);
      const { id: paymentId, capturedMinor, creditedMinor, feeMinor } = input.attempt;
      const update = {
        type: 'payment.update',
        paymentId,
        fromStatus: 'succeeded',
        status: 'failed',
        capturedMinor,
        creditedMinor,
        feeMinor,
        failureCode: null,
      } as const;
      return { ok: true, value: { changes: [update], events: [] } };
    },
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'payment.update' || change.fromStatus !== 'succeeded') return false;
      const payment = books.payments.get(change.paymentId);
      if (payment !== undefined) books.payments.set(payment.id, { ...payment, status: change.status });
      return true;
    }),
  });
}

function dropsEntry(): () => Engine {
  return planted({
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'ledger.post') return false;
      books.ledger.push({ ...change.transaction, entries: change.transaction.entries.slice(1) });
      return true;
    }),
  });
}

function postsTwice(): Engine {
  let posts = 0;
  return {
    ...CORE,
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'ledger.post') return false;
      posts += 1;
      books.ledger.push(change.transaction);
      if (posts % 50 === 0) books.ledger.push(change.transaction);
      return true;
    }),
  };
}

function dropsTax(invoice: Parameters<Parameters<typeof onInvoices>[0]>[0]) {
  const [first, ...rest] = invoice.lines;
  if (first === undefined || first.taxMinor === 0n) return invoice;
  const { totals } = invoice;
  const taxMinor = totals.taxMinor - first.taxMinor;
  return {
    ...invoice,
    lines: [{ ...first, taxMinor: 0n }, ...rest],
    totals: { ...totals, taxMinor, totalMinor: totals.netMinor + taxMinor },
  };
}
