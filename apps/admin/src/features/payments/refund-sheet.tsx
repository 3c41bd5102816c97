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
  const full = (minor: string) => formatMoney(minor, payment.currency, locale).full;
  const tooMuch = amount !== null && (BigInt(amount) > left || BigInt(amount) <= 0n);
  return (
    <Form<{ reason: string }>
      onSubmit={({ reason }) => {
        if (amount !== null && !tooMuch) refund.run(reason.trim());
      }}
      {...formProblem(refund.error)}
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
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" type="submit" busy={refund.busy} disabled={amount === null || tooMuch}>
          {amount === null ? 'Refund' : `Refund ${full(amount)}`}
        </Button>
      </FormActions>
    </Form>
  );
}
