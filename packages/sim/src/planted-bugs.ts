import type { Change } from '@billhook/core/decision/change';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import { CORE, type Engine } from './engine.ts';
import type { Provider } from './provider.ts';

/** A bug put in on purpose, and the law by which the auditor must find it. */
export interface PlantedBug {
  readonly name: string;
  readonly law: string;
  readonly engine: Engine;
  readonly wrapProvider?: (provider: Provider) => Provider;
}

/** Every bug starts afresh, because some count how often they were called. */
export function plantedBugs(): readonly PlantedBug[] {
  return [
    { name: 'forgets that recurring lines were billed', law: 'I01', engine: billsTwice() },
    { name: 'marks a line as billed without billing it', law: 'I02', engine: losesLines() },
    { name: 'lets periods drift by an hour', law: 'I03', engine: onInvoices(drifts) },
    { name: 'adds a cent to a total', law: 'I04', engine: onInvoices(addsToTotal) },
    { name: 'edits an invoice after its issue', law: 'I06', engine: editsIssued() },
    {
      name: 'skips an invoice number',
      law: 'I07',
      engine: { ...CORE, nextCounter: (last) => last + (last === 20n ? 2n : 1n) },
    },
    {
      name: 'begins a second attempt beside an open one',
      law: 'I15',
      engine: { ...CORE, decideAttempt: (input) => CORE.decideAttempt({ ...input, attempts: [] }) },
    },
    { name: 'provider takes the money twice', law: 'I18', engine: CORE, wrapProvider: chargesTwice },
    { name: 'refunds without looking at earlier refunds', law: 'I19', engine: refundsBeyond() },
    { name: 'believes late news over a success', law: 'I20', engine: goesBack() },
    { name: 'drops a ledger entry', law: 'I24', engine: onPosts((entries) => entries.slice(1)) },
    { name: 'uses credit without taking it off', law: 'I25', engine: keepsCredit() },
    { name: 'posts a fact twice', law: 'I30', engine: postsTwice() },
    { name: 'loses usage that it accepted', law: 'I32', engine: losesUsage() },
    {
      name: 'counts a repeated event again',
      law: 'I33',
      engine: { ...CORE, judgeEvent: (facts) => CORE.judgeEvent({ ...facts, stored: 'none' }) },
    },
    {
      name: 'lets late events into billed periods',
      law: 'I35',
      engine: { ...CORE, judgeEvent: (facts) => CORE.judgeEvent({ ...facts, billedThrough: null }) },
    },
    { name: 'forgets to retry', law: 'I54', engine: forgetsRetries() },
    {
      name: 'rounds a line down',
      law: 'I62',
      engine: {
        ...CORE,
        decideInvoice: (input) =>
          CORE.decideInvoice({ ...input, settings: { ...input.settings, rounding: 'down' } }),
      },
    },
    { name: 'forgets the tax of a line', law: 'I63', engine: onInvoices(dropsTax) },
    {
      name: 'leaves credit beside invoices that are open',
      law: 'I90',
      engine: { ...CORE, decideCreditSettlement: () => ({ changes: [], events: [] }) },
    },
  ];
}

function billsTwice(): Engine {
  return {
    ...CORE,
    decideInvoice: (input) =>
      CORE.decideInvoice({ ...input, billed: input.billed.filter((line) => line.kind === 'usage') }),
  };
}

function losesLines(): Engine {
  let calls = 0;
  return {
    ...CORE,
    applyChanges(books, changes) {
      CORE.applyChanges(books, changes);
      calls += 1;
      if (calls % 40 !== 0) return;
      const last = books.billed.findLast((line) => line.kind === 'recurring');
      const item = [...books.subscriptions.values()]
        .flatMap(({ items }) => items)
        .find(({ id }) => id === last?.itemId);
      if (last === undefined || item === undefined) return;
      books.billed.push({ ...last, key: `${item.id}/recurring/${last.servicePeriod.end}` });
    },
  };
}

function onInvoices(edit: (invoice: IssuedInvoice) => IssuedInvoice): Engine {
  return {
    ...CORE,
    decideInvoice(input) {
      const decided = CORE.decideInvoice(input);
      if (!decided.ok || decided.value.invoice === null) return decided;
      const invoice = edit(decided.value.invoice);
      const changes = decided.value.changes.map((change) =>
        change.type === 'invoice.create' ? { ...change, invoice } : change,
      );
      return { ok: true, value: { ...decided.value, invoice, changes } };
    },
  };
}

function drifts(invoice: IssuedInvoice): IssuedInvoice {
  const lines = invoice.lines.map((line) => {
    const { billingPeriod, periodIndex } = line.explanation;
    if (periodIndex < 2) return line;
    const later = { start: billingPeriod.start, end: instant(billingPeriod.end + 5 * MS_PER_HOUR) };
    return { ...line, explanation: { ...line.explanation, billingPeriod: later } };
  });
  return { ...invoice, lines };
}

function addsToTotal(invoice: IssuedInvoice): IssuedInvoice {
  return { ...invoice, totals: { ...invoice.totals, totalMinor: invoice.totals.totalMinor + 1n } };
}

function dropsTax(invoice: IssuedInvoice): IssuedInvoice {
  const [first, ...rest] = invoice.lines;
  if (first === undefined || first.taxMinor === 0n) return invoice;
  const { totals } = invoice;
  const lines = [{ ...first, taxMinor: 0n }, ...rest];
  const taxMinor = totals.taxMinor - first.taxMinor;
  return { ...invoice, lines, totals: { ...totals, taxMinor, totalMinor: totals.netMinor + taxMinor } };
}

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

function chargesTwice(provider: Provider): Provider {
  return {
    ...provider,
    charge(attempt, card, now) {
      const deliveries = provider.charge(attempt, card, now);
      const lost = deliveries.some((delivery) => delivery.news.status === 'unknown');
      const captured = provider.truth.capturedMinor.get(attempt.id);
      if (lost && captured !== undefined) provider.truth.capturedMinor.set(attempt.id, captured * 2n);
      return deliveries;
    },
  };
}

function refundsBeyond(): Engine {
  return {
    ...CORE,
    decideRefund: (input) =>
      CORE.decideRefund({ ...input, attempt: { ...input.attempt, refundedMinor: 0n } }),
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'refund.create') return false;
      const payment = books.payments.get(change.refund.paymentId);
      if (payment === undefined) return false;
      books.refunds.set(change.refund.id, change.refund);
      books.payments.set(payment.id, {
        ...payment,
        refundedMinor: payment.refundedMinor + change.refund.amountMinor,
      });
      return true;
    }),
  };
}

function goesBack(): Engine {
  return {
    ...CORE,
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
  };
}

type Entries = Extract<Change, { type: 'ledger.post' }>['transaction']['entries'];

function onPosts(edit: (entries: Entries) => Entries): Engine {
  return {
    ...CORE,
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'ledger.post') return false;
      books.ledger.push({ ...change.transaction, entries: edit(change.transaction.entries) });
      return true;
    }),
  };
}

function keepsCredit(): Engine {
  return {
    ...CORE,
    applyChanges: bypassing((_, change) => change.type === 'customer_credit.add' && change.deltaMinor < 0n),
  };
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

function losesUsage(): Engine {
  let accepted = 0;
  return {
    ...CORE,
    judgeEvent(facts) {
      const verdict = CORE.judgeEvent(facts);
      if (verdict.outcome !== 'accepted') return verdict;
      accepted += 1;
      return accepted % 100 === 0 ? { outcome: 'accepted', readings: [] } : verdict;
    },
  };
}

function forgetsRetries(): Engine {
  return {
    ...CORE,
    applyChanges: bypassing((_, change) => change.type === 'payment.retry' && change.at !== null),
  };
}

/** Applies changes as core does, except those that the bug takes over. */
function bypassing(
  takesOver: (books: Parameters<Engine['applyChanges']>[0], change: Change) => boolean,
): Engine['applyChanges'] {
  return (books, changes) => {
    for (const change of changes) if (!takesOver(books, change)) CORE.applyChanges(books, [change]);
  };
}
