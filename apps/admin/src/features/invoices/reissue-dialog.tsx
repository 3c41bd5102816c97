import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useNavigate } from '@tanstack/react-router';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import type { VoidDialogProps } from './void-dialog.tsx';

/** Voids an open invoice and issues it again by the facts of now. */
export function ReissueDialog({ invoice, open, onClose }: VoidDialogProps) {
  const { api } = useScope();
  const navigate = useNavigate();
  const reissue = useCommand(
    (reason: string, options) => api.invoices.reissue(invoice.id, { reason }, options),
    (next) => {
      toast(next.id === invoice.id ? 'Nothing is to be billed any more.' : `${next.number} takes its place.`);
      onClose();
      void navigate({ to: `/invoices/${next.id}` });
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Issue ${invoice.number} again?`}
      description="It is voided and keeps its number. What it billed is billed once more, by the customer’s data, usage and settings of now."
    >
      <Form<{ reason: string }>
        onSubmit={({ reason }) => reissue.run(reason.trim())}
        {...formProblem(reissue.error)}
      >
        <TextField name="reason" label="Reason" required maxLength={500} hint="Kept in the audit log." />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" busy={reissue.busy}>
            Void and issue again
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
