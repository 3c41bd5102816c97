import type { CreateBlock, PaymentBlock } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import type { SearchOption } from '@billhook/ui/search-select';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Kind = PaymentBlock['kind'];

export const BLOCK_WORDS: Readonly<Record<Kind, string>> = {
  customer: 'Customer',
  card: 'Card',
  email: 'Mail address',
  email_domain: 'Mail domain',
  country: 'Country',
  ip_range: 'Range of addresses',
};
const HINTS: Readonly<Record<Kind, string>> = {
  customer: 'None of their payments is taken, with whatever card.',
  card: 'The id of a payment method. The same card is known again, whoever brings it.',
  email: 'Such as eve@example.com.',
  email_domain: 'Such as example.com; what is below it is blocked too.',
  country: 'Two letters, such as DE: of the customer or of the card.',
  ip_range: 'Such as 192.0.2.0/24 or 2001:db8::/32.',
};

export function BlockSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<Kind>('email');
  const [customer, setCustomer] = useState<SearchOption | null>(null);
  const create = useCommand(
    (body: CreateBlock, options) => api.paymentBlocks.create(body, options),
    ({ label }) => {
      toast(`${label} is blocked.`);
      onClose();
    },
  );
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Block something"
      description="From then on no payment is taken from it."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="create-block"
            busy={create.busy}
            disabled={kind === 'customer' && customer === null}
          >
            Block it
          </Button>
        </>
      }
    >
      <Form<{ value?: string; reason: string }>
        id="create-block"
        onSubmit={({ value, reason }) => {
          const named = kind === 'customer' ? customer?.value : value?.trim();
          if (named !== undefined) create.run({ kind, value: named, reason: reason.trim() });
        }}
        {...formProblem(create.error)}
      >
        <Select
          label="What"
          value={kind}
          onValueChange={setKind}
          options={(Object.keys(BLOCK_WORDS) as Kind[]).map((value) => ({
            value,
            label: BLOCK_WORDS[value],
          }))}
        />
        <NamedField kind={kind} customer={customer} onChoose={setCustomer} />
        <TextField
          name="reason"
          label="Reason"
          required
          maxLength={500}
          hint="Staff read it; the customer does not."
        />
      </Form>
    </SideSheet>
  );
}

interface NamedFieldProps {
  readonly kind: Kind;
  readonly customer: SearchOption | null;
  readonly onChoose: (customer: SearchOption | null) => void;
}

/** What is blocked: a customer is found by name, anything else is typed. */
function NamedField({ kind, customer, onChoose }: NamedFieldProps) {
  if (kind !== 'customer')
    return <TextField name="value" label={BLOCK_WORDS[kind]} required maxLength={320} hint={HINTS[kind]} />;
  return (
    <CustomerSearch
      label={BLOCK_WORDS.customer}
      chosen={customer}
      onChoose={onChoose}
      hint={HINTS.customer}
    />
  );
}
