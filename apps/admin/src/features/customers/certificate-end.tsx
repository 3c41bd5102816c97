import type { TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** Refuses or withdraws one; the customer reads why. */
export function CertificateEnd({
  certificate,
  act,
  onClose,
}: {
  certificate: TaxCertificate;
  act: 'refuse' | 'withdraw';
  onClose: () => void;
}) {
  const { api } = useScope();
  const end = useCommand(
    ({ why }: { why: string }, options) => api.taxCertificates[act](certificate.id, { why }, options),
    () => {
      toast(act === 'refuse' ? 'The certificate is refused' : 'The certificate is withdrawn');
      onClose();
    },
  );
  return (
    <Form<{ why: string }> onSubmit={(values) => end.run(values)} {...formProblem(end.error)}>
      <p className="text-muted">
        {act === 'refuse'
          ? 'Tax is charged as before. The customer is told by mail.'
          : 'Invoices from now on charge tax. Those that rest on it stay as they are. The customer is told by mail.'}
      </p>
      <TextField name="why" label="Why" required lines={3} maxLength={500} hint="The customer reads it." />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={end.busy}>
          {act === 'refuse' ? 'Refuse it' : 'Withdraw it'}
        </Button>
      </FormActions>
    </Form>
  );
}
