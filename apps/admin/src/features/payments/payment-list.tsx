import type { Approval, Payment, Refund } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Money } from '@billhook/ui/money';
import { Status } from '@billhook/ui/status';
import { useState } from 'react';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { PAYMENT_STATUS } from '../../lib/words.ts';
import { isLastTry, methodText, paymentAt, refundable } from './payment-facts.ts';
import { useAskedRefunds } from './queries.ts';
import { RefundSheet } from './refund-sheet.tsx';
import { ReverseDialog } from './reverse-dialog.tsx';
import { useReceipt } from './use-receipt.ts';

const REFUND_WORDS: Readonly<Record<Refund['status'], string>> = {
  pending: 'Refund under way',
  unknown: 'Refund being looked up',
  succeeded: 'Refunded',
  failed: 'Refund failed',
  returned: 'Refund came back',
};

const DISPUTE_WORDS: Readonly<Record<NonNullable<Payment['dispute']>['status'], string>> = {
  warning: 'The bank asks about this payment',
  needs_response: 'Disputed: an answer is needed',
  under_review: 'Disputed: the bank decides',
  won: 'A dispute was won',
  lost: 'Lost to a dispute',
};

/** Payments of one thing, each with its outcome and refunds. */
export function PaymentList({ payments, empty }: { payments: readonly Payment[]; empty: string }) {
  const [refunding, setRefunding] = useState<Payment | null>(null);
  const [reversing, setReversing] = useState<Payment | null>(null);
  const mayRefund = useMay(ROLES.money);
  const receipt = useReceipt();
  const asked = useAskedRefunds(payments[0]?.customer);
  if (payments.length === 0) return <p className="text-muted">{empty}</p>;
  return (
    <>
      <ul>
        {payments.map((payment) => (
          <li key={payment.id} className="border-b border-line py-2 last:border-b-0">
            <div className="flex items-baseline justify-between gap-3">
              <Status tone={PAYMENT_STATUS[payment.status].tone}>
                {PAYMENT_STATUS[payment.status].word}
              </Status>
              <Money amountMinor={payment.amount} currency={payment.currency} />
            </div>
            <div className="flex flex-wrap items-baseline justify-between gap-x-3 ps-3.5 text-sm text-muted">
              <span>
                {methodText(payment)}, attempt {payment.attemptNumber}
              </span>
              <DateText value={paymentAt(payment)} as="time" />
            </div>
            <FailureText payment={payment} withNext={isLastTry(payment, payments)} />
            {payment.refunds.map((refund) => (
              <div key={refund.id} className="flex items-baseline justify-between gap-3 ps-3.5 text-sm">
                <span className="text-muted">
                  {REFUND_WORDS[refund.status]}: {refund.reason}
                </span>
                <Money amountMinor={`-${refund.amount}`} currency={refund.currency} />
              </div>
            ))}
            <AskedRefund request={asked.get(payment.id)} />
            {payment.dispute ? (
              <p className="ps-3.5 text-sm text-muted">
                <TextLink href="/payments?tab=disputes">{DISPUTE_WORDS[payment.dispute.status]}</TextLink>
              </p>
            ) : null}
            {payment.status === 'succeeded' ? (
              <div className="flex gap-1 pt-1 ps-2">
                {mayRefund && refundable(payment) > 0n ? (
                  <Button size="sm" variant="quiet" onClick={() => setRefunding(payment)}>
                    Refund
                  </Button>
                ) : null}
                <Button size="sm" variant="quiet" onClick={() => receipt(payment)}>
                  Receipt
                </Button>
                {mayRefund && refundable(payment) > 0n && payment.provider === 'manual' ? (
                  <Button size="sm" variant="quiet" onClick={() => setReversing(payment)}>
                    Take back
                  </Button>
                ) : null}
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      <ReverseDialog payment={reversing} onClose={() => setReversing(null)} />
      <RefundSheet payment={refunding} onClose={() => setRefunding(null)} />
    </>
  );
}

/** A refund that nobody has agreed to yet: nothing has gone back. */
function AskedRefund({ request }: { request: Approval | undefined }) {
  if (!request) return null;
  return (
    <div className="flex items-baseline justify-between gap-3 ps-3.5 text-sm text-muted">
      <span>
        <TextLink href="/payments?tab=approvals&status=waiting">Refund waits for a second person</TextLink>:{' '}
        {request.reason}
      </span>
      <Money amountMinor={request.amount} currency={request.currency} />
    </div>
  );
}

/** Why a payment failed and what happens next, in words for people. */
function FailureText({ payment, withNext }: { payment: Payment; withNext: boolean }) {
  const { failure } = payment;
  if (!failure) return null;
  return (
    <p className="ps-3.5 text-sm text-muted">
      {failure.message}
      {withNext && failure.nextAttemptAt ? (
        <>
          {' '}
          We try again on <DateText value={failure.nextAttemptAt} as="weekday-time" />.
        </>
      ) : null}
    </p>
  );
}
