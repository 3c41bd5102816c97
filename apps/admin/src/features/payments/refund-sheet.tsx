import type { Payment } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { MoneyField } from '@billhook/ui/money-field';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { refundable } from './payment-facts.ts';

export function RefundSheet({ payment, onClose }: { payment: Payment | null; onClose: () => void }) {
  return (
    <SideSheet
      open={payment !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Refund ${payment?.customerName ?? ''}?`}
      description={payment?.invoiceNumber ? `Payment of ${payment.invoiceNumber}` : undefined}
    >
      {payment ? <RefundForm key={payment.id} payment={payment} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function RefundForm({ payment, onClose }: { payment: Payment; onClose: () => void }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const left = refundable(payment);
  const [amount, setAmount] = useState<string | null>(left.toString());
  const refund = useCommand(
    (reason: string, options) =>
      api.payments.refund(payment.id, { reason, amount: amount ?? undefined }, options),
    () => {
      toast('The refund is on its way.');
      onClose();
    },
  );
  const { refundLimits } = useScope().tenant.settings;
  const ask = useCommand(
    (reason: string, options) =>
      api.payments.askRefund(payment.id, { reason, amount: amount ?? undefined }, options),
    () => {
      toast('A colleague is asked. Nothing goes back before they agree.');
      onClose();
    },
  );
  const limit = refundLimits[payment.currency];
  const needsSecond =
    limit !== undefined && amount !== null && BigInt(amount) + BigInt(payment.refunded) > BigInt(limit);
  const full = (minor: string) => formatMoney(minor, payment.currency, locale).full;
  const tooMuch = amount !== null && (BigInt(amount) > left || BigInt(amount) <= 0n);
  return (
    <Form<{ reason: string }>
      onSubmit={({ reason }) => {
        if (amount !== null && !tooMuch) (needsSecond ? ask : refund).run(reason.trim());
      }}
      {...formProblem(refund.error ?? ask.error)}
    >
      <MoneyField
        name="amount"
        label="Amount"
        currency={payment.currency}
        defaultAmountMinor={left.toString()}
        onAmountChange={setAmount}
        required
        error={tooMuch ? `Between 0 and ${full(left.toString())}.` : undefined}
        hint={`${full(left.toString())} of ${full(payment.amount)} can be given back.`}
      />
      <TextField
        name="reason"
        label="Reason"
        required
        maxLength={500}
        hint="Stands on the refund and in the audit log."
      />
      {needsSecond && limit !== undefined ? (
        <p className="text-sm text-muted">
          {`More than ${full(limit)} of a payment goes back only if a second person agrees.`}
        </p>
      ) : null}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant={needsSecond ? 'primary' : 'danger'}
          type="submit"
          busy={refund.busy || ask.busy}
          disabled={amount === null || tooMuch}
        >
          {amount === null
            ? 'Refund'
            : needsSecond
              ? `Ask a colleague to approve ${full(amount)}`
              : `Refund ${full(amount)}`}
        </Button>
      </FormActions>
    </Form>
  );
}
