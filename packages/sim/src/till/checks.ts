import { applyChanges } from '@billhook/core/decision/apply';
import { type CustomerBooks, emptyBooks } from '@billhook/core/decision/books';
import { DEFAULT_DISCOUNT_POLICY } from '@billhook/core/invoicing/discount-lines';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { DEFAULT_TAX_POLICY } from '@billhook/core/invoicing/tax-policy';
import { invoiceIssuedPosting } from '@billhook/core/ledger/postings';
import { currencyCode } from '@billhook/core/money/currency';
import { type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { prngOf } from '../prng.ts';
import { playNews, playTimeOut } from './play.ts';

/** 1 April 2026. */
export const START = (20_544 * MS_PER_DAY) as Instant;

/** Books with one open invoice over 11.90. */
export function openInvoice(): CustomerBooks {
  const books = emptyBooks('cus_1');
  const totals = { netMinor: 1000n, taxMinor: 190n, totalMinor: 1190n, dueMinor: 1190n };
  const invoice: IssuedInvoice = {
    id: 'inv_1',
    customerId: books.customerId,
    currency: currencyCode('EUR'),
    status: 'open',
    issuedAt: START,
    dueAt: START,
    taxMode: 'exclusive',
    lines: [],
    adjustments: [],
    taxes: [],
    totals: { ...totals, creditAppliedMinor: 0n, creditGrantedMinor: 0n },
    policies: { tax: DEFAULT_TAX_POLICY, discounts: DEFAULT_DISCOUNT_POLICY },
    replacesInvoiceId: null,
  };
  const transaction = invoiceIssuedPosting(invoice);
  if (transaction === null) throw new Error('An invoice over something is posted.');
  applyChanges(books, [
    { type: 'invoice.create', invoice },
    { type: 'ledger.post', transaction },
  ]);
  return books;
}

/** Plays invoices whose first call loses its answer; what came of them. */
export function timeOutsEndPaid(count: number) {
  const books = openInvoice();
  const found = { played: count, doubleCharges: 0, open: 0, misusedKeys: 0 };
  for (let seed = 0; seed < count; seed += 1) {
    const { till, provider } = playTimeOut(prngOf(`time-out/${seed}`), books, START);
    if (provider.intents.length > 1) found.doubleCharges += 1;
    found.misusedKeys += provider.misusedKeys;
    const isTrue = till.attempt.capturedMinor === (provider.intents[0]?.amountMinor ?? 0n);
    const isDone = till.attempt.status === 'succeeded' && till.record.status === 'paid';
    // Where the charge never came about within the life of its key, it ends as not carried out, and a next try begins.
    const isAbsent = till.attempt.status === 'failed' && provider.intents.length === 0;
    if (!isTrue || !(isDone || isAbsent) || till.isOverdue) found.open += 1;
  }
  return found;
}

/** Plays payments with many schedules of webhooks each; which of them ended otherwise than the plain one. */
export function newsEndEqual(lives: number, rounds: number) {
  const books = openInvoice();
  const different: string[] = [];
  const ends = new Map<string, number>();
  for (let seed = 0; seed < lives; seed += 1) {
    const { plain, others } = playNews(prngOf(`news/${seed}`), books, START, rounds);
    const wanted = plain.summary();
    ends.set(plain.attempt.status, (ends.get(plain.attempt.status) ?? 0) + 1);
    for (const other of others) {
      const found = other.summary();
      if (found !== wanted) different.push(`${seed}: ${found} instead of ${wanted}`);
      if (other.hasOpenDispute()) different.push(`${seed}: a dispute stays open`);
    }
  }
  return { schedules: lives * rounds, different, ends };
}
