import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trialBalance } from '../../ledger/trial-balance.ts';
import { Account, at, dec, flat, unwrap, version } from '../../testing/factories.ts';
import { codeOf } from '../../testing/said.ts';
import { canonicalInvoice } from '../canonical-invoice.ts';
import { NO_TAX, type TaxChoice, type TaxRate } from '../tax.ts';
import { verifyInvoice } from '../verify/verify-invoice.ts';
import { type DebitNoteInput, decideDebitNote } from './decide-debit-note.ts';
import { decideVoid } from './decide-void.ts';

const START = at('2026-04-01T00:00:00Z');
const LATER = at('2026-06-10T00:00:00Z');
const VAT: TaxRate = { id: 'vat', name: 'VAT', percent: dec('20'), category: 'S', country: 'FR' };
const RISEN: TaxRate = { ...VAT, id: 'risen', percent: dec('25') };
const TAXED: TaxChoice = { ...NO_TAX, standardRate: VAT };

function billed(taxChoice: TaxChoice = TAXED): Account {
  const account = new Account({ taxChoice });
  account.start(START, version('two', [flat('a', 6833n), flat('b', 6833n)]));
  account.bill(START);
  return account;
}

type More = Partial<Omit<DebitNoteInput, 'head'>> & { head?: Partial<DebitNoteInput['head']> };

function inputOf(account: Account, { head, ...more }: More = {}): DebitNoteInput {
  const { invoice, status } = account.books.invoices.get('inv_1')!;
  return {
    head: {
      now: LATER,
      invoiceId: 'debit_1',
      customer: { id: 'cus_1', currency: invoice.currency, creditBalanceMinor: account.creditBalanceMinor },
      taxChoice: { ...NO_TAX, standardRate: RISEN },
      settings: account.settings,
      ...head,
    },
    invoice: {
      id: invoice.id,
      number: 'BH-2026-000001',
      taxMode: invoice.taxMode,
      policies: invoice.policies,
      lines: invoice.lines.map((line) => ({
        position: line.position,
        subscriptionId: line.subscriptionId,
        planId: line.explanation.planId,
        planVersionId: line.planVersionId,
        description: line.description,
        taxCode: line.taxCode,
        rates: line.taxes.map(({ rate }) => rate),
        servicePeriod: line.servicePeriod,
      })),
    },
    status,
    subscriptions: [account.subscription],
    wanted: [{ position: 1, amountMinor: 1000n, description: null, chargeId: 'charge_1' }],
    reason: 'Wrong price',
    ...more,
  };
}

test('I487 a debit note claims what is wanted, by the rates and over the time of the lines that it raises', () => {
  const account = billed();
  const decision = unwrap(decideDebitNote(inputOf(account)));
  const { invoice } = decision;
  expect(invoice).toMatchObject({
    status: 'open',
    totals: { netMinor: 1000n, taxMinor: 200n, totalMinor: 1200n, dueMinor: 1200n },
    raises: { invoiceId: 'inv_1', invoiceNumber: 'BH-2026-000001', reason: 'Wrong price' },
    lines: [{ kind: 'one_off', servicePeriod: account.lines()[0]!.servicePeriod, taxes: [{ rate: VAT }] }],
  });
  account.apply(decision);
  const sums = trialBalance(account.books.ledger);
  expect(sums.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n)).toBe(0n);
  const frozen = canonicalInvoice(invoice!, { number: 'BH-DN-2026-000001', seller: {}, buyer: {} });
  expect(verifyInvoice(frozen)).toEqual({ ok: true, lines: 1 });
  expect(frozen.raises).toEqual({
    invoice_id: 'inv_1',
    invoice_number: 'BH-2026-000001',
    reason: 'Wrong price',
  });
});

test('I487 whatever is raised, the note adds up, is taxed once and posts what it claims', () => {
  const account = billed();
  const wanted = fc.array(
    fc.record({ position: fc.constantFrom(1, 2), amountMinor: fc.bigInt({ min: 1n, max: 10n ** 9n }) }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(wanted, fc.bigInt({ min: 0n, max: 10n ** 10n }), (parts, creditBalanceMinor) => {
      const customer = { ...inputOf(account).head.customer, creditBalanceMinor };
      const decision = unwrap(
        decideDebitNote(
          inputOf(account, {
            head: { customer },
            wanted: parts.map((part, at) => ({ ...part, description: null, chargeId: `charge_${at}` })),
          }),
        ),
      );
      const { totals } = decision.invoice!;
      const netMinor = parts.reduce((sum, part) => sum + part.amountMinor, 0n);
      expect(totals.netMinor).toBe(netMinor);
      expect(totals.taxMinor).toBe((netMinor * 2n + 5n) / 10n);
      expect(totals.dueMinor).toBe(totals.totalMinor - totals.creditAppliedMinor);
      const postings = decision.changes.flatMap((one) =>
        one.type === 'ledger.post' ? [one.transaction] : [],
      );
      const issued = postings.find(({ kind }) => kind === 'invoice_issued')!;
      const receivable = issued.entries.find(({ account: name }) => name === 'receivable');
      expect(receivable?.amountMinor).toBe(totals.totalMinor);
    }),
  );
});

test('I487 prices that include tax are raised with it, and what is not positive, unknown or not issued is refused', () => {
  const account = billed({ ...TAXED, mode: 'inclusive' });
  const { totals } = unwrap(decideDebitNote(inputOf(account))).invoice!;
  expect(totals).toMatchObject({ netMinor: 833n, taxMinor: 167n, totalMinor: 1000n });
  const line = inputOf(account).wanted[0]!;
  const codeWith = (more: More) => codeOf(decideDebitNote(inputOf(account, more)));
  expect(codeWith({ wanted: [{ ...line, amountMinor: 0n }] })).toBe('debit_note.amount_not_positive');
  expect(codeWith({ wanted: [{ ...line, amountMinor: -1n }] })).toBe('debit_note.amount_not_positive');
  expect(codeWith({ wanted: [{ ...line, position: 3 }] })).toBe('debit_note.line_unknown');
  expect(codeWith({ status: 'void' })).toBe('debit_note.invoice_not_issued');
  expect(codeWith({ status: 'skipped' })).toBe('debit_note.invoice_not_issued');
  expect(codeWith({ wanted: [] })).toBe('billing.amount_out_of_range');
  const vast = { ...line, amountMinor: 9n * 10n ** 14n };
  expect(codeWith({ wanted: [vast] })).toBe('billing.amount_out_of_range');
});

test('I488 what a debit note claims is billed: no later invoice claims it, and once voided it is billed again', () => {
  const account = billed();
  account.apply(unwrap(decideDebitNote(inputOf(account))));
  account.billThrough(at('2026-05-15T00:00:00Z'));
  expect(account.lines().filter(({ kind }) => kind === 'one_off')).toHaveLength(1);
  const { invoice, status, paidMinor, creditPaidMinor, failureCount } =
    account.books.invoices.get('debit_1')!;
  const remainingMinor = invoice.totals.dueMinor;
  const voided = decideVoid({
    now: LATER,
    invoice,
    status,
    paidMinor,
    creditPaidMinor,
    periods: 'bill_again',
    reason: 'x',
    hasCreditNotes: false,
    billed: account.books.billed,
    subscriptions: [account.subscription],
    unpaid: [{ id: 'debit_1', status, remainingMinor, failureCount, subscriptionIds: ['sub_1'] }],
  });
  account.apply(unwrap(voided));
  const again = account.bill(LATER).invoice!;
  expect(again.lines.filter(({ kind }) => kind === 'one_off').map((line) => line.amountMinor)).toEqual([
    1000n,
  ]);
});

test('I488 an invoice is not voided while a debit note raises it', () => {
  const account = billed();
  const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get('inv_1')!;
  const input = {
    periods: 'waive',
    now: LATER,
    invoice,
    status,
    paidMinor,
    creditPaidMinor,
    reason: 'x',
    hasCreditNotes: false,
    billed: account.books.billed,
    subscriptions: [],
    unpaid: [],
  } as const;
  expect(codeOf(decideVoid({ ...input, hasDebitNotes: true }))).toBe('invoice.has_debit_notes');
  expect(codeOf(decideVoid({ ...input, hasDebitNotes: false }))).toBe('ok');
});
