import { mrrMinor } from '@billhook/core/analytics/mrr';
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
    onBill(_customer, _now, invoice) {
      if (invoice === null) return;
      add(invoice.status === 'skipped' ? 'invoice.skipped' : 'invoice.numbered');
      for (const line of invoice.lines) add(`line.${line.kind}`);
    },
    onReceipt: (_customer, _event, outcome) => add(`usage.${outcome}`),
    onOrder: (_, { asked, decision }) =>
      add(`order.${asked.order.kind}.${decision.ok ? 'done' : decision.refusal.code}`),
    onTouched: () => undefined,
  };
}

/** The money of one currency at the end of a run, as rows of name and decimal amount. */
export function moneyRows(customers: readonly Customer[], now: Instant): readonly (readonly string[])[] {
  const rows: string[][] = [['', ...CURRENCIES]];
  const columns = CURRENCIES.map((currency) => {
    const books = customers
      .filter((customer) => customer.plan.currency === currency)
      .map((customer) => customer.books);
    const balances = trialBalance(books.flatMap((book) => book.ledger));
    const balance = (account: string) =>
      balances.find((entry) => entry.account === account)?.balanceMinor ?? 0n;
    const subscriptions = books.flatMap((book) => [...book.subscriptions.values()]);
    const figures: readonly (readonly [string, bigint])[] = [
      ['MRR', mrrMinor(subscriptions, now)],
      ['revenue', -balance('revenue')],
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
