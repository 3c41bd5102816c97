import type { Invoice } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { currencyDecimals, minorToDecimal } from '@billhook/ui/format';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Periods = 'bill_again' | 'waive';

export interface VoidDialogProps {
  readonly invoice: Invoice;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Asks for the total to be typed, since a void cannot be taken back. */
export function VoidDialog({ invoice, open, onClose }: VoidDialogProps) {
  const { api } = useScope();
  const total = minorToDecimal(invoice.total, currencyDecimals(invoice.currency));
  const voiding = useCommand(
    (body: { reason: string; periods: Periods }, options) => api.invoices.void(invoice.id, body, options),
    () => {
      toast(`${invoice.number} is void.`);
      onClose();
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Void ${invoice.number}?`}
      description="It stays readable and keeps its number. It is reversed in the ledger. This cannot be undone."
    >
      <Form<{ reason: string; periods: Periods; confirm: string }>
        onSubmit={({ reason, periods }) => voiding.run({ reason: reason.trim(), periods })}
        {...formProblem(voiding.error)}
      >
        <TextField name="reason" label="Reason" required maxLength={500} hint="Kept in the audit log." />
        <RadioGroup<Periods>
          name="periods"
          label="The periods that it billed"
          defaultValue="bill_again"
          options={[
            { value: 'bill_again', label: 'Bill again', detail: 'The next invoice charges them anew.' },
            {
              value: 'waive',
              label: 'Waive',
              detail: 'They are never billed. Ending them early gives no credit.',
            },
          ]}
        />
        <TextField
          name="confirm"
          label={`Type ${total} to confirm`}
          required
          autoComplete="off"
          inputMode="decimal"
          suffix={invoice.currency}
          validate={(value) => (value === total ? null : `Type the total as it stands: ${total}.`)}
        />
        <FormActions>
          <Button onClick={onClose}>Keep the invoice</Button>
          <Button variant="danger" type="submit" busy={voiding.busy}>
            Void invoice
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
