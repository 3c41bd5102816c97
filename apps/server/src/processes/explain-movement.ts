import type { MovementRow } from '../modules/payments/api.ts';

const NEXT: Readonly<Record<string, string>> = {
  not_booked: 'It may have been made at the provider itself; if so, book it there or here.',
  currency_differs:
    'The provider converts into its own currency, and it is not certain from which booking; compare the two documents.',
  amount_differs: 'Look at the payment at the provider.',
  fee_differs: 'Look at the fee of the payment at the provider.',
  not_understood: 'Look at its description at the provider.',
};

/** What a movement is in our books, or why it stands in none, in one sentence or two. */
export function explainMovement(row: MovementRow): string {
  if (row.state === 'open') {
    const detail = row.detail ?? 'It was not looked at yet.';
    return `${detail} ${NEXT[row.reason ?? ''] ?? ''}`.trim();
  }
  if (row.state === 'empty') return 'It moved nothing.';
  const who = row.customerName === null ? '' : ` of ${row.customerName}`;
  const what = row.invoiceNumber === null ? '' : ` for ${row.invoiceNumber}`;
  switch (row.posting) {
    case 'payment_succeeded':
      return `The payment${who}${what}, less the fee.`;
    case 'refund_succeeded':
      return `The refund to${who.slice(3) || ' a customer'}${what}.`;
    case 'refund_returned':
      return `The refund to${who.slice(3) || ' a customer'}${what} came back.`;
    case 'provider_payout':
      return row.netMinor < 0n ? 'Paid out to the bank.' : 'A payout came back from the bank.';
    case 'provider_fee':
      return `A fee of the provider${row.description === null ? '' : `: ${row.description}`}.`;
    default:
      return `Stands in the books as ${(row.posting ?? 'posted').replaceAll('_', ' ')}${who}${what}.`;
  }
}
