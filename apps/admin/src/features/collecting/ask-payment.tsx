import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { MoneyField } from '@billhook/ui/money-field';
import type { SearchOption } from '@billhook/ui/search-select';
import { Segmented } from '@billhook/ui/segmented';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Kind = 'payment' | 'deposit';
type AskedPayment = Values & {
  customer: string;
  kind: Kind;
  amount: string;
  currency: string;
  sendMail: boolean;
};
type Values = { description: string };

/** Asks a customer for an amount beside invoices. Nothing is charged by it. */
export function AskPayment() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Ask for a payment</Button>
      <SideSheet
        open={open}
        onOpenChange={setOpen}
        title="Ask for a payment"
        description="The customer pays it by a link or in the portal, or you charge it. Nothing is charged yet."
      >
        <AskForm onClose={() => setOpen(false)} />
      </SideSheet>
    </>
  );
}

/** What the money is until it is used: credit at once, or a deposit that is held. */
function KindChoice({ kind, onChoose }: { kind: Kind; onChoose: (kind: Kind) => void }) {
  return (
    <>
      <Segmented<Kind>
        label="Kind"
        value={kind}
        onValueChange={onChoose}
        options={[
          { value: 'payment', label: 'On account' },
          { value: 'deposit', label: 'Deposit' },
        ]}
      />
      <p className="text-sm text-muted">
        {kind === 'payment'
          ? 'It is credit of the customer as soon as it is paid.'
          : 'It is held until you apply it or send it back.'}
      </p>
    </>
  );
}

function AskForm({ onClose }: { onClose: () => void }) {
  const { api, tenant } = useScope();
  const [kind, setKind] = useState<Kind>('payment');
  const [customer, setCustomer] = useState<SearchOption | null>(null);
  const [sendMail, setSendMail] = useState(true);
  const [amount, setAmount] = useState<string | null>(null);
  const ask = useCommand(
    (body: AskedPayment, options) => api.paymentRequests.create(body, options),
    () => {
      toast(sendMail ? 'The mail with the link is on its way.' : 'Copy the link from the list.');
      onClose();
    },
  );
  return (
    <Form<Values>
      onSubmit={({ description }) => {
        if (amount === null || customer === null) return;
        ask.run({
          customer: customer.value,
          description: description.trim(),
          kind,
          amount,
          currency: tenant.currency,
          sendMail,
        });
      }}
      {...formProblem(ask.error)}
    >
      <KindChoice kind={kind} onChoose={setKind} />
      <CustomerSearch label="Customer" chosen={customer} onChoose={setCustomer} />
      <MoneyField
        name="amount"
        label="Amount"
        currency={tenant.currency}
        onAmountChange={setAmount}
        required
      />
      <TextField name="description" label="For" required maxLength={200} hint="The customer reads this." />
      <Checkbox
        label="Send a mail with the link"
        hint="Else copy the link afterwards and send it yourself."
        checked={sendMail}
        onCheckedChange={setSendMail}
      />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          type="submit"
          busy={ask.busy}
          disabled={amount === null || customer === null}
        >
          Ask for it
        </Button>
      </FormActions>
    </Form>
  );
}
