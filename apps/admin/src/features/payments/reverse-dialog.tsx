import type { Payment } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** Takes back a payment that was recorded by hand. */
export function ReverseDialog({ payment, onClose }: { payment: Payment | null; onClose: () => void }) {
  const { api } = useScope();
  const reversing = useCommand(
    ({ id, reason }: { id: string; reason: string }, options) =>
      api.payments.reverse(id, { reason }, options),
    () => {
      toast('The payment is taken back.');
      onClose();
    },
  );
  return (
    <Dialog
      open={payment !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="Take this payment back?"
      description="Its invoice is owed again. The ledger gets entries that reverse it."
    >
      <Form<{ reason: string }>
        onSubmit={({ reason }) => reversing.run({ id: payment?.id ?? '', reason: reason.trim() })}
        {...formProblem(reversing.error)}
      >
        <TextField name="reason" label="Reason" required maxLength={500} hint="Kept in the audit log." />
        <FormActions>
          <Button onClick={onClose}>Keep the payment</Button>
          <Button variant="danger" type="submit" busy={reversing.busy}>
            Take it back
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
