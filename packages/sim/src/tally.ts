import { mrrMinor } from '@billhook/core/analytics/mrr';
import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import { trialBalance } from '@billhook/core/ledger/trial-balance';
import { formatMinor } from '@billhook/core/money/format';
import type { Instant } from '@billhook/core/time/instant';
import { CURRENCIES } from './catalogue.ts';
import type { Customer } from './customer.ts';
import type { Watcher } from './world.ts';

/** Counts what happened, for the table at the end. */
export interface Tally extends Watcher {
  readonly counts: ReadonlyMap<string, number>;
}

export function newTally(): Tally {
  const counts = new Map<string, number>();
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    counts,
    onEvents(_, events) {
      for (const event of events) add(event.type);
    },
    onBill({ plan }, { invoices }) {
      if (invoices.length > 1) add('invoice.several_currencies');
      for (const { invoice } of invoices) {
        add(invoice.status === 'skipped' ? 'invoice.skipped' : 'invoice.numbered');
        if (invoice.replacesInvoiceId !== null) add('invoice.replaces');
        for (const line of invoice.lines) add(`line.${line.kind}`);
        const [first] = invoice.lines;
        if (plan.consolidation !== 'as_due' && first?.billableAt !== invoice.lines.at(-1)?.billableAt)
          add(`invoice.gathers.${plan.consolidation}`);
        if (invoice.lines.some(({ subscriptionId }) => subscriptionId !== first?.subscriptionId))
          add('invoice.several_subscriptions');
      }
    },
    onDocument(_, documented) {
      const { kind, decision } = documented;
      const how = documented.kind === 'void' ? `.${documented.periods}` : '';
      add(`document.${kind}${how}.${decision.ok ? 'done' : decision.refusal.code}`);
      if (documented.kind !== 'credit_note' || !documented.decision.ok) return;
      const { totals } = documented.decision.value.creditNote;
      if (totals.invoiceReducedMinor > 0n) add('credit_note.lowers_open');
      if (totals.creditGrantedMinor > 0n) add('credit_note.grants');
      add(documented.lines === 'rest' ? 'credit_note.full' : 'credit_note.part');
    },
    onCharge(_, { isRetry }) {
      if (isRetry) add('charge.retry');
    },
    onCorrection(_, { periods }) {
      for (const { way } of periods) {
        add(`correction.${way.kind}`);
        if (way.kind === 'credited' && way.deduction !== null) add('correction.deducted');
      }
    },
    onReceipt: (_customer, _event, outcome) => add(`usage.${outcome}`),
    onOrder: (_, { asked, decision }) =>
      add(`order.${asked.order.kind}.${decision.ok ? 'done' : decision.refusal.code}`),
    onMonthEnd({ postings }) {
      for (const { entries } of postings)
        for (const { account, side } of entries)
          if (account === 'deferred_revenue' || account === 'bad_debt_allowance')
            add(`month.${account}.${side}`);
      add('month.ended');
    },
    onEarned: () => undefined,
    onTouched: () => undefined,
  };
}

/** The money of one currency at the end of a run, as rows of name and decimal amount. */
export function moneyRows(
  customers: readonly Customer[],
  sellerLedger: readonly LedgerTransaction[],
  now: Instant,
): readonly (readonly string[])[] {
  const rows: string[][] = [['', ...CURRENCIES]];
  const columns = CURRENCIES.map((currency) => {
    const books = customers.map((customer) => customer.books);
    const balances = trialBalance(
      [sellerLedger, ...books.map((book) => book.ledger)].flatMap((ledger) =>
        ledger.filter((entry) => entry.currency === currency),
      ),
    );
    const balance = (account: string) =>
      balances
        .filter((entry) => entry.account === account || entry.account.startsWith(`${account}:`))
        .reduce((sum, entry) => sum + entry.balanceMinor, 0n);
    const subscriptions = books
      .flatMap((book) => [...book.subscriptions.values()])
      .filter((subscription) => subscription.currency === currency);
    const figures: readonly (readonly [string, bigint])[] = [
      ['MRR', mrrMinor(subscriptions, now)],
      ['revenue', -balance('revenue')],
      ['deferred revenue', -balance('deferred_revenue')],
      ['doubtful', -balance('bad_debt_allowance')],
      ['refunds', balance('refunds')],
      ['tax', -balance('tax')],
      ['cash', balance('cash:sandbox')],
      ['fees', balance('fees')],
      ['receivable', balance('receivable')],
      ['customer credit', -balance('credit_liability')],
      ['trial balance', balances.reduce((sum, entry) => sum + entry.balanceMinor, 0n)],
    ];
    return figures.map(([name, amountMinor]) => [name, formatMinor(amountMinor, currency)] as const);
  });
  for (const [index, [name]] of (columns[0] ?? []).entries()) {
    rows.push([name, ...columns.map((column) => column[index]?.[1] ?? '')]);
  }
  return rows;
}
