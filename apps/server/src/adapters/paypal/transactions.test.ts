import { instant } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { PayPalCall } from './client.ts';
import { transactions } from './transactions.ts';

const SINCE = instant(Date.parse('2026-03-01T00:00:00Z'));
const UNTIL = instant(Date.parse('2026-03-08T00:00:00Z'));

/** A line of PayPal's books, as its search answers. */
function line(code: string, value: string) {
  return {
    transaction_info: {
      transaction_id: `${code}${value}`,
      paypal_reference_id: 'CAPTURE1',
      paypal_reference_id_type: 'TXN',
      transaction_event_code: code,
      transaction_initiation_date: '2026-03-02T10:00:00+0000',
      transaction_amount: { currency_code: 'EUR', value },
      transaction_status: 'S',
    },
  };
}

async function kinds(...lines: ReturnType<typeof line>[]): Promise<string[]> {
  const call: PayPalCall = async () => ({
    status: 200,
    debugId: null,
    serverTime: null,
    scopes: [],
    body: { transaction_details: lines, total_pages: 1 },
  });
  const { items } = await transactions(call).listTransactions({ since: SINCE, until: UNTIL, cursor: null });
  return items.map(({ kind, grossMinor }) => `${kind} ${grossMinor}`);
}

test('I603 a fee that PayPal gives back is a fee, and no refund that came back', async () => {
  expect(await kinds(line('T1108', '0.45'), line('T1109', '0.45'), line('T1108', '-0.45'))).toEqual([
    'fee 45',
    'fee 45',
    'fee -45',
  ]);
  expect(await kinds(line('T1107', '-10.00'), line('T1107', '10.00'))).toEqual([
    'refund -1000',
    'refund_failure 1000',
  ]);
});
