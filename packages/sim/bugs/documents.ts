import type { Change, Decision } from '@billhook/core/decision/change';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import type { Result } from '@billhook/core/kernel/result';
import { currencyCode } from '@billhook/core/money/currency';
import { instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { CORE, type Engine } from '../src/engine.ts';
import { bypassing, onInvoices, type PlantedBug, planted, withInvoices } from './plant.ts';

type NoteInput = Parameters<Engine['decideCreditNote']>[0];

/** Bugs in documents that are taken back, in part or whole, and in several currencies of one customer. */
export const DOCUMENT_BUGS: readonly PlantedBug[] = [
  {
    id: 'void-forgets-periods',
    name: 'waives the periods of a void invoice that were to be billed again',
    law: 'I92',
    engine: onVoids((change) => ({ ...change, periods: 'waive' })),
  },
  {
    id: 'waived-billed-again',
    name: 'bills the periods of a void invoice again although they were waived',
    law: 'I92',
    engine: onVoids((change) => ({ ...change, periods: 'bill_again' })),
  },
  {
    id: 'void-keeps-credit',
    name: 'keeps the credit that a void invoice had used',
    law: 'I25',
    engine: planted({
      decideVoid: (input) => withoutChanges(CORE.decideVoid(input), ['customer_credit.add', 'ledger.post']),
    }),
  },
  {
    id: 'void-of-paid',
    name: 'voids an invoice that is paid',
    law: 'I79',
    engine: planted({
      decideVoid: (input) =>
        input.status === 'paid' ? { ok: true, value: { changes: [], events: [] } } : CORE.decideVoid(input),
    }),
  },
  {
    id: 'past-due-after-void',
    name: 'leaves a subscription past due after the only invoice that had failed was voided',
    law: 'I100',
    engine: planted({ decideVoid: (input) => CORE.decideVoid({ ...input, unpaid: [] }) }),
  },
  {
    id: 'ended-never-billed-again',
    name: 'forgets the periods of a void invoice where no bill lies ahead',
    law: 'I92',
    engine: planted({
      decideVoid: (input) => withoutChanges(CORE.decideVoid(input), ['subscription.update']),
    }),
  },
  {
    id: 'reissue-forgets-old',
    name: 'issues an invoice anew without naming the one that it takes the place of',
    law: 'I79',
    engine: planted({
      decideReissue(input) {
        const decided = CORE.decideReissue(input);
        if (!decided.ok || decided.value.invoice === null) return decided;
        const invoice = { ...decided.value.invoice, replacesInvoiceId: null };
        const changes = decided.value.changes.map((change) =>
          change.type === 'invoice.create' ? { ...change, invoice } : change,
        );
        return { ok: true, value: { ...decided.value, changes, invoice } };
      },
    }),
  },
  {
    id: 'debit-note-doubled',
    name: 'claims twice what a debit note was to claim',
    law: 'I487',
    engine: planted({
      decideDebitNote: (input) =>
        CORE.decideDebitNote({
          ...input,
          wanted: input.wanted.map((one) => ({ ...one, amountMinor: one.amountMinor * 2n })),
        }),
    }),
  },
  {
    id: 'void-of-raised',
    name: 'voids an invoice that a debit note raises',
    law: 'I488',
    engine: planted({ decideVoid: (input) => CORE.decideVoid({ ...input, hasDebitNotes: false }) }),
  },
  {
    id: 'debit-note-for-now',
    name: 'claims by a debit note for the day it is written, not for the time of the line',
    law: 'I487',
    engine: planted({
      decideDebitNote: (input) =>
        CORE.decideDebitNote({
          ...input,
          invoice: {
            ...input.invoice,
            lines: input.invoice.lines.map((line) => ({
              ...line,
              servicePeriod: { start: input.head.now, end: input.head.now },
            })),
          },
        }),
    }),
  },
  {
    id: 'month-not-awaited',
    name: 'issues before the day or month is over for which a customer gets one invoice',
    law: 'I490',
    engine: planted({ releaseAt: (_, now) => ({ through: now, next: now }) }),
  },
  {
    id: 'waiting-forgotten',
    name: 'does not look again at lines that waited for the end of their day or month',
    law: 'I02',
    engine: planted({
      releaseAt: (consolidation, now, zone) => ({
        ...CORE.releaseAt(consolidation, now, zone),
        next: instant(now + 1_000 * MS_PER_DAY),
      }),
    }),
  },
  {
    id: 'note-ignores-earlier',
    name: 'credits a line again that earlier notes had credited',
    law: 'I78',
    engine: onNotes(() => ({ earlier: [] })),
  },
  {
    id: 'note-ignores-refunds',
    name: 'credits what a refund gave back',
    law: 'I78',
    engine: onNotes(() => ({ soldBackMinor: 0n })),
  },
  {
    id: 'note-ignores-unused-time',
    name: 'credits what a credit for unused time took back',
    law: 'I78',
    engine: onNotes(() => ({ billed: [] })),
  },
  {
    id: 'note-at-list-price',
    name: 'credits a line without its discounts',
    law: 'I78',
    engine: onNotes(({ invoice }) => ({
      invoice: {
        ...invoice,
        lines: invoice.lines.map((line) => ({ ...line, amountMinor: line.grossMinor })),
      },
    })),
  },
  {
    id: 'note-without-tax',
    name: 'credits the net and keeps the tax',
    law: 'I78',
    engine: onNotes(({ invoice }) => ({
      invoice: { ...invoice, lines: invoice.lines.map((line) => ({ ...line, taxes: [] })) },
    })),
  },
  {
    id: 'note-pays-out-debt',
    name: 'grants credit for what was never paid',
    law: 'I78',
    engine: onNotes(() => ({ status: 'paid' })),
  },
  {
    id: 'note-forgotten',
    name: 'credits unused time of which a note had taken the price back',
    law: 'I88',
    engine: planted({
      decideInvoices: (input) =>
        CORE.decideInvoices({
          ...input,
          billed: input.billed.map((line) => ({ ...line, creditedMinor: 0n })),
        }),
    }),
  },
  {
    id: 'refund-of-noted',
    name: 'gives money back of which a note had made credit',
    law: 'I78',
    engine: planted({ notedCredit: () => new Map() }),
  },
  {
    id: 'credit-across-currencies',
    name: 'pays an invoice with credit of another currency',
    law: 'guard',
    engine: planted({
      decideInvoices: (input) =>
        CORE.decideInvoices({
          ...input,
          accounts: input.accounts.map((account) => ({
            ...account,
            creditBalanceMinor: input.accounts.reduce((sum, one) => sum + one.creditBalanceMinor, 0n),
          })),
        }),
    }),
  },
  {
    id: 'currencies-mixed',
    name: 'grants credit in another currency than it was paid in',
    law: 'I25',
    engine: mixesCurrencies,
  },
  {
    id: 'invoice-for-each',
    name: 'writes an invoice for each subscription',
    law: 'I82',
    engine: planted({ decideInvoices: billsApart }),
  },
  {
    id: 'due-at-once',
    name: 'forgets the terms of payment',
    law: 'I101',
    engine: onInvoices((invoice) => ({ ...invoice, dueAt: instant(invoice.issuedAt) })),
  },
  {
    id: 'due-from-period',
    name: 'counts the terms of payment from the period, not from the issue',
    law: 'I101',
    engine: onInvoices((invoice) => ({
      ...invoice,
      dueAt: instant((invoice.lines[0]?.servicePeriod.start ?? 0) + MS_PER_DAY),
    })),
  },
];

/** Voids as core does, with another fate of the lines. */
function onVoids(
  edit: (change: Extract<Change, { type: 'invoice.void' }>) => Extract<Change, { type: 'invoice.void' }>,
): () => Engine {
  return planted({
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'invoice.void') return false;
      CORE.applyChanges(books, [edit(change)]);
      return true;
    }),
  });
}

function onNotes(edit: (input: NoteInput) => Partial<NoteInput>): () => Engine {
  return planted({
    decideCreditNote: (input) => CORE.decideCreditNote({ ...input, ...edit(input) }),
    applyChanges: bypassing((books, change) => {
      // The guards of the books would stop the worst of it before the auditor sees it.
      if (change.type !== 'credit_note.create') return false;
      books.creditNotes.set(change.creditNote.id, change.creditNote);
      credited(books, change.creditNote);
      return true;
    }),
  });
}

function credited(books: Parameters<Engine['applyChanges']>[0], note: CreditNote): void {
  for (const [index, line] of books.billed.entries()) {
    const own = note.lines.find(({ key }) => key === line.key);
    if (own !== undefined)
      books.billed[index] = { ...line, creditedMinor: line.creditedMinor + own.amountMinor };
  }
}

function withoutChanges(decided: Result<Decision>, types: readonly Change['type'][]): Result<Decision> {
  if (!decided.ok) return decided;
  const changes = decided.value.changes.filter(({ type }) => !types.includes(type));
  return { ok: true, value: { ...decided.value, changes } };
}

/** Credit is granted in another currency than that of its source. */
function mixesCurrencies(): Engine {
  return {
    ...CORE,
    applyChanges: bypassing((books, change) => {
      if (change.type !== 'customer_credit.add' || change.deltaMinor <= 0n) return false;
      const currency = currencyCode(change.currency === 'EUR' ? 'JPY' : 'EUR');
      CORE.applyChanges(books, [{ ...change, currency }]);
      return true;
    }),
  };
}

/** Splits every invoice by subscription, so that a customer gets several in one run. */
function billsApart(input: Parameters<Engine['decideInvoices']>[0]): ReturnType<Engine['decideInvoices']> {
  const decided = CORE.decideInvoices(input);
  if (!decided.ok) return decided;
  const whole = withInvoices(decided.value, (invoice) => invoice);
  const invoices = whole.invoices.flatMap((invoice) => {
    const ids = [...new Set(invoice.lines.map((line) => line.subscriptionId))];
    return ids.map((id, index) => ({
      ...invoice,
      id: index === 0 ? invoice.id : `${invoice.id}_${index}`,
      lines: invoice.lines.filter((line) => line.subscriptionId === id),
    }));
  });
  const changes = whole.changes.flatMap((change): Change[] => {
    if (change.type !== 'invoice.create') return [change];
    const own = invoices.filter(({ id }) => id.startsWith(change.invoice.id));
    return own.map((invoice) => ({ ...change, invoice }));
  });
  return { ok: true, value: { ...whole, invoices, changes } };
}
