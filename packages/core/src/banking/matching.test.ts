import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyCode } from '../money/currency.ts';
import { EUR, unwrap } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { creditorReference, formatReference } from './creditor-reference.ts';
import { type AllocationInput, decideAllocation } from './decide-allocation.ts';
import { type IncomingTransfer, matchLine, type OpenInvoice } from './match-line.ts';

const invoice = (sequence: number, change: Partial<OpenInvoice> = {}): OpenInvoice => ({
  id: `inv_${sequence}`,
  customerId: 'cus_1',
  customerName: 'Ada Lovelace GmbH',
  number: `BH-2026-00000${sequence}`,
  currency: EUR,
  remainingMinor: 11900n,
  ...change,
});

const transfer = (change: Partial<IncomingTransfer> = {}): IncomingTransfer => ({
  amountMinor: 11900n,
  currency: EUR,
  name: null,
  iban: null,
  reference: null,
  text: '',
  endToEndId: null,
  ...change,
});

const NOBODY = new Map<string, string>();
const TWO = [invoice(1), invoice(2, { remainingMinor: 5000n })];

describe('matching', () => {
  test('I274 our reference decides, wherever it stands, and says what is missing or left over', () => {
    const reference = creditorReference('BH-2026-000002') ?? '';
    const part = { amountMinor: 2000n };
    for (const found of [
      matchLine(transfer({ reference, ...part }), TWO, NOBODY),
      matchLine(transfer({ text: `Thanks ${formatReference(reference)} for all`, ...part }), TWO, NOBODY),
      matchLine(transfer({ text: `ref:${reference}EREF`, ...part }), TWO, NOBODY),
      matchLine(transfer({ endToEndId: reference, ...part }), TWO, NOBODY),
    ]) {
      expect(found).toEqual({
        kind: 'exact',
        customerId: 'cus_1',
        allocations: [{ invoiceId: 'inv_2', amountMinor: 2000n }],
        score: 100,
        reasons: [
          'It carries the reference of invoice BH-2026-000002.',
          '30.00 EUR less than the 50.00 EUR that are left to pay.',
        ],
      });
    }
    const over = matchLine(transfer({ reference }), TWO, NOBODY);
    expect(over.allocations).toEqual([
      { invoiceId: 'inv_2', amountMinor: 5000n },
      { invoiceId: null, amountMinor: 6900n },
    ]);
    expect(over.reasons[1]).toBe(
      '69.00 EUR more than the 50.00 EUR that are left to pay; the rest becomes credit.',
    );
    expect(matchLine(transfer({ reference: `${reference}X` }), [invoice(1)], NOBODY).kind).toBe('none');
  });

  test('I274 numbers in the text are exact if the amount is, one for several invoices too', () => {
    const both = matchLine(
      transfer({ amountMinor: 16900n, text: 'bh2026000001 / BH 2026-000002' }),
      TWO,
      NOBODY,
    );
    expect([both.kind, both.score, both.allocations.length]).toEqual(['exact', 95, 2]);
    const one = matchLine(transfer({ amountMinor: 100n, text: 'BH-2026-000001' }), TWO, NOBODY);
    expect([one.kind, one.score]).toEqual(['proposed', 80]);
    expect(
      matchLine(transfer({ amountMinor: 1n, text: 'XBH-2026-000001 BH-2026-0000012' }), TWO, NOBODY).kind,
    ).toBe('none');
    const others = [...TWO, invoice(3, { customerId: 'cus_2' })];
    const mixed = matchLine(transfer({ text: 'BH-2026-000001 BH-2026-000003' }), others, NOBODY);
    expect([mixed.kind, mixed.customerId, mixed.reasons.at(-1)]).toEqual([
      'proposed',
      'cus_1',
      'It also names invoices of other customers.',
    ]);
  });

  test('I274 amount and name are only ever proposed, and an amount alone is nothing', () => {
    expect(matchLine(transfer(), TWO, NOBODY).kind).toBe('none');
    const named = matchLine(transfer({ name: 'LOVELACE ADA' }), TWO, NOBODY);
    expect([named.kind, named.score, named.allocations]).toEqual([
      'proposed',
      80,
      [{ invoiceId: 'inv_1', amountMinor: 11900n }],
    ]);
    const known = new Map([['NL91ABNA0417164300', 'cus_1']]);
    const all = matchLine(transfer({ iban: 'NL91ABNA0417164300', amountMinor: 16900n }), TWO, known);
    expect([all.kind, all.score, all.allocations.length]).toEqual(['proposed', 85, 2]);
    const early = matchLine(transfer({ iban: 'NL91ABNA0417164300' }), [], known);
    expect([early.kind, early.allocations]).toEqual(['proposed', [{ invoiceId: null, amountMinor: 11900n }]]);
    const twins = matchLine(transfer({ name: 'Ada Lovelace' }), [invoice(1), invoice(2)], NOBODY);
    expect(twins.reasons.at(-1)).toBe('The amount of 2 open invoices; the oldest is taken.');
    expect(
      matchLine(transfer({ name: 'Ada Lovelace', currency: currencyCode('USD') }), TWO, NOBODY).kind,
    ).toBe('none');
  });
});

const held = (change: Partial<AllocationInput['invoices'][number]> = {}) => ({
  id: 'inv_1',
  number: 'BH-1',
  customerId: 'cus_1',
  currency: EUR,
  status: 'open' as const,
  remainingMinor: 100n,
  isBeingCollected: false,
  ...change,
});

const input = (change: Partial<AllocationInput>): AllocationInput => ({
  customerId: 'cus_1',
  currency: EUR,
  amountMinor: 100n,
  allocations: [{ invoiceId: 'inv_1', amountMinor: 100n }],
  invoices: [held()],
  ...change,
});

describe('what comes of money that arrived', () => {
  test('I275 all of it is placed once, never more than is due, and nobody has credit while owing', () => {
    const part = fc.bigInt({ min: 1n, max: 500n });
    const one = fc.record({
      remaining: fc.bigInt({ min: 0n, max: 300n }),
      isBeingCollected: fc.boolean(),
      named: fc.option(part),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), fc.option(part), (drawn, free) => {
        const invoices = drawn.map(({ remaining, isBeingCollected }, index) =>
          held({
            id: `inv_${index}`,
            remainingMinor: remaining,
            status: remaining === 0n ? 'paid' : 'open',
            isBeingCollected,
          }),
        );
        const allocations = drawn.flatMap(({ named }, index) =>
          named === null ? [] : [{ invoiceId: `inv_${index}` as string | null, amountMinor: named }],
        );
        if (free !== null) allocations.push({ invoiceId: null, amountMinor: free });
        const amountMinor = allocations.reduce((sum, { amountMinor: more }) => sum + more, 0n);
        const decided = decideAllocation(input({ amountMinor, allocations, invoices }));
        if (!decided.ok) return;
        const payments = decided.value;
        expect(payments.reduce((sum, payment) => sum + payment.amountMinor, 0n)).toBe(amountMinor);
        const paid = new Map(payments.map(({ invoiceId, amountMinor: so }) => [invoiceId, so]));
        for (const { id, remainingMinor, isBeingCollected } of invoices) {
          const so = paid.get(id) ?? 0n;
          expect(so <= remainingMinor).toBe(true);
          if (isBeingCollected) expect(so).toBe(0n);
          const isCredited = payments.some(
            ({ invoiceId, heldBackFrom }) => invoiceId === null && heldBackFrom === null,
          );
          if (isCredited && !isBeingCollected) expect(so).toBe(remainingMinor);
        }
      }),
    );
  });

  test('I275 what does not fit is refused in words', () => {
    const code = (change: Partial<AllocationInput>) => codeOf(decideAllocation(input(change)));
    const allocation = { invoiceId: 'inv_1', amountMinor: 50n };
    expect(code({ allocations: [{ invoiceId: 'inv_1', amountMinor: 0n }] })).toBe('allocation.amount');
    expect(code({ allocations: [allocation, allocation] })).toBe('allocation.twice');
    expect(code({ allocations: [allocation] })).toBe('allocation.sum');
    expect(code({ invoices: [] })).toBe('allocation.invoice');
    expect(code({ invoices: [held({ customerId: 'cus_2' })] })).toBe('allocation.invoice');
    expect(code({ invoices: [held({ currency: currencyCode('USD') })] })).toBe('allocation.currency');
    expect(code({ invoices: [held({ status: 'void' })] })).toBe('allocation.not_open');
    expect(code({ invoices: [held({ remainingMinor: 99n })] })).toBe('allocation.exceeds');
    expect(unwrap(decideAllocation(input({ invoices: [held({ isBeingCollected: true })] })))).toEqual([
      { invoiceId: null, amountMinor: 100n, heldBackFrom: 'inv_1' },
    ]);
  });
});
