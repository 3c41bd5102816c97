import type { CreateBlock, PaymentBlock } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
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
  customer: 'The id of the customer, or your own external id.',
  card: 'The id of a payment method. The same card is known again, whoever brings it.',
  email: 'Such as eve@example.com.',
  email_domain: 'Such as example.com; what is below it is blocked too.',
  country: 'Two letters, such as DE: of the customer or of the card.',
  ip_range: 'Such as 192.0.2.0/24 or 2001:db8::/32.',
};

export function BlockSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<Kind>('email');
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
          <Button variant="primary" type="submit" form="create-block" busy={create.busy}>
            Block it
          </Button>
        </>
      }
    >
      <Form<{ value: string; reason: string }>
        id="create-block"
        onSubmit={({ value, reason }) => create.run({ kind, value: value.trim(), reason: reason.trim() })}
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
        <TextField name="value" label={BLOCK_WORDS[kind]} required maxLength={320} hint={HINTS[kind]} />
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
