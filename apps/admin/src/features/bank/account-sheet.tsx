import type { RefundToTransfer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { AccountFields, HOLDER_LENGTH, type TypedAccount } from '../payments/account-fields.tsx';

/** Says where a refund is transferred to. */
export function AccountSheet({
  transfer,
  onClose,
}: {
  transfer: RefundToTransfer | null;
  onClose: () => void;
}) {
  return (
    <SideSheet
      open={transfer !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Account for the refund"
      description={transfer?.customerName}
    >
      {transfer ? <AccountForm key={transfer.id} transfer={transfer} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function AccountForm({ transfer, onClose }: { transfer: RefundToTransfer; onClose: () => void }) {
  const { api } = useScope();
  const [typed, setTyped] = useState<TypedAccount>({
    holder: (transfer.name ?? transfer.customerName).slice(0, HOLDER_LENGTH),
    iban: '',
  });
  const { run, busy, error } = useCommand(
    (account: TypedAccount, options) => api.outgoingTransfers.setAccount(transfer.id, account, options),
    () => {
      toast('The account is kept with the refund.');
      onClose();
    },
  );
  return (
    <Form<TypedAccount>
      onSubmit={() => run({ holder: typed.holder.trim(), iban: typed.iban.trim() })}
      {...formProblem(error)}
    >
      <AccountFields isRequired typed={typed} onTyped={setTyped} />
      <p className="text-sm text-muted">
        It is erased with the customer. Only people who may move money see all of it.
      </p>
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={busy}>
          Keep the account
        </Button>
      </FormActions>
    </Form>
  );
}
