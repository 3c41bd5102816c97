import type { Payment } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { methodName } from '@billhook/ui/method-name';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Status, type Tone } from '@billhook/ui/status';

const WORDS: Record<Payment['status'], readonly [Tone, string]> = {
  created: ['info', 'Planned'],
  sending: ['info', 'On its way'],
  requires_action: ['attention', 'Your bank asks you to confirm'],
  processing: ['info', 'On its way'],
  unknown: ['attention', 'Being looked up'],
  succeeded: ['ok', 'Paid'],
  failed: ['problem', 'Declined'],
  canceled: ['neutral', 'Cancelled'],
  reversed: ['neutral', 'Taken back'],
};

/** Every try to pay the invoice, and every refund. */
export function PaymentList({
  payments,
  onReceipt,
}: {
  payments: readonly Payment[];
  onReceipt: (payment: Payment) => void;
}) {
  if (payments.length === 0) return null;
  return (
    <Section title="Payments" className="no-print">
      <ul>
        {payments.map((payment) => (
          <PaymentRow
            key={payment.id}
            payment={payment}
            isLastTry={payments.every(
              ({ status, attemptNumber }) => status !== 'failed' || attemptNumber <= payment.attemptNumber,
            )}
            onReceipt={() => onReceipt(payment)}
          />
        ))}
      </ul>
    </Section>
  );
}

function PaymentRow({
  payment,
  isLastTry,
  onReceipt,
}: {
  payment: Payment;
  /** The last of several tells when the next is made. */
  isLastTry: boolean;
  onReceipt: () => void;
}) {
  const [tone, word] = WORDS[payment.status];
  const { paymentMethod, failure, provider } = payment;
  return (
    <li className="border-b border-line py-2 first:border-t">
      <div className="flex items-baseline justify-between gap-x-4">
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-3">
          <Status tone={tone}>{word}</Status>
          <span className="text-muted">
            <DateText value={payment.plannedFor ?? payment.finishedAt ?? payment.createdAt} as="time" />
            {paymentMethod ? `, ${methodName(paymentMethod)}` : null}
            {provider === 'bank_transfer' ? ', bank transfer' : null}
          </span>
        </span>
        <Money amountMinor={payment.amount} currency={payment.currency} />
      </div>
      {failure ? (
        <p className="text-sm text-muted">
          {failure.message}
          {isLastTry && failure.nextAttemptAt ? (
            <>
              {' '}
              We try again on <DateText value={failure.nextAttemptAt} as="weekday-time" />.
            </>
          ) : null}
        </p>
      ) : null}
      {payment.status === 'succeeded' ? (
        <Button size="sm" variant="quiet" onClick={onReceipt}>
          Receipt
        </Button>
      ) : null}
      {payment.refunds
        .filter(({ status }) => status === 'succeeded' || status === 'pending' || status === 'returned')
        .map((refund) => (
          <p key={refund.id} className="flex justify-between gap-4 text-sm text-muted">
            <span>
              {refund.status === 'returned' ? 'Refund that came back to us' : 'Refund'},{' '}
              <DateText value={refund.returnedAt ?? refund.finishedAt ?? refund.createdAt} />
            </span>
            <Money amountMinor={`-${refund.amount}`} currency={refund.currency} />
          </p>
        ))}
    </li>
  );
}
