import { expect, test } from 'vitest';
import { at, EUR } from '../testing/factories.ts';
import { formatInstant } from '../time/instant.ts';
import { decideBackup } from './decide-backup.ts';
import { nextExpiryWarning } from './expiry.ts';
import type { PaymentAttempt, PaymentStatus } from './payment.ts';

const attempt = (status: PaymentStatus): PaymentAttempt => ({
  id: 'pay_1',
  customerId: 'cus_1',
  invoiceId: 'inv_1',
  provider: 'stripe',
  currency: EUR,
  status,
  amountMinor: 100n,
  capturedMinor: 0n,
  creditedMinor: 0n,
  feeMinor: 0n,
  refundedMinor: 0n,
  creditReturnedMinor: 0n,
  failureCode: null,
});
const invoice = { id: 'inv_1', status: 'open', failureCount: 0 } as const;
const input = {
  attempt: attempt('sending'),
  failureCode: 'card_declined',
  invoice,
  isBackupTry: false,
  backupMethodId: 'pm_2',
};

test('I282 a backup is tried once after a decline of the default, and after nothing else', () => {
  expect(decideBackup(input)).toMatchObject({
    changes: [{ status: 'failed', failureCode: 'card_declined' }],
    events: [{ type: 'payment.backup_tried', data: { payment_method_id: 'pm_2' } }],
  });
  for (const other of [
    { isBackupTry: true },
    { backupMethodId: null },
    { failureCode: 'not_executed' },
    { invoice: null },
    { invoice: { ...invoice, status: 'paid' as const } },
    { attempt: attempt('succeeded') },
  ]) {
    expect(decideBackup({ ...input, ...other })).toBeNull();
  }
});

test('I283 the owner of a card is told 30 and 7 days before the end of its last month, once each', () => {
  const next = (after: string) => {
    const warning = nextExpiryWarning(3, 2027, at(after));
    return warning === null ? null : formatInstant(warning);
  };
  expect(next('2026-01-01T00:00:00Z')).toBe('2027-03-02T00:00:00Z');
  expect(next('2027-03-02T00:00:00Z')).toBe('2027-03-25T00:00:00Z');
  expect(next('2027-03-25T00:00:00Z')).toBeNull();
  expect(nextExpiryWarning(12, 2026, at('2026-12-20T00:00:00Z'))).toBe(at('2026-12-25T00:00:00Z'));
});
