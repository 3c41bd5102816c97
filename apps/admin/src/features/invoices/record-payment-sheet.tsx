import type { Invoice, RecordPayment } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
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

type Kind = RecordPayment['kind'];

/** Records money that came in cash, by cheque or otherwise. What is more than due becomes credit. */
export function RecordPaymentSheet({
  invoice,
  open,
  onClose,
}: {
  invoice: Invoice;
  open: boolean;
  onClose: () => void;
}) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Record a payment"
      description={`Money for ${invoice.number} that came in cash, by cheque or otherwise.`}
    >
      {open ? <RecordForm invoice={invoice} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function RecordForm({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const [amount, setAmount] = useState<string | null>(invoice.due);
  const record = useCommand(
    (body: RecordPayment, options) => api.receivedPayments.record(body, options),
    () => {
      toast('The payment is recorded.');
      onClose();
    },
  );
  const more = amount === null ? 0n : BigInt(amount) - BigInt(invoice.due);
  const shown = formatMoney(amount ?? '0', invoice.currency, locale).full;
  return (
    <Form<{ kind: Kind; receivedOn: string; reason: string }>
      onSubmit={({ kind, receivedOn, reason }) => {
        if (amount === null || amount === '0') return;
        const first = more > 0n ? invoice.due : amount;
        const allocations = [
          { invoice: invoice.id as string | null, amount: first },
          ...(more > 0n ? [{ invoice: null, amount: `${more}` }] : []),
        ];
        record.run({
          customer: invoice.customer,
          kind,
          amount,
          currency: invoice.currency,
          allocations,
          receivedOn,
          reason: reason.trim(),
        });
      }}
      {...formProblem(record.error)}
    >
      <MoneyField
        name="amount"
        label="Amount"
        required
        currency={invoice.currency}
        defaultAmountMinor={invoice.due}
        onAmountChange={setAmount}
        hint={more > 0n ? 'What is more than due becomes credit of the customer.' : undefined}
      />
      <RadioGroup<Kind>
        name="kind"
        label="How it came"
        defaultValue="cash"
        options={[
          { value: 'cash', label: 'Cash' },
          { value: 'cheque', label: 'Cheque' },
          { value: 'other', label: 'Otherwise' },
        ]}
      />
      <TextField name="receivedOn" label="Day on which it came" type="date" required />
      <TextField name="reason" label="Note" required maxLength={500} hint="Kept in the audit log." />
      <FormActions>
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="primary"
          type="submit"
          busy={record.busy}
          disabled={amount === null || amount === '0'}
        >
          Record {shown}
        </Button>
      </FormActions>
    </Form>
  );
}
