import type { TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CertificateFields, type CertificateValues, readCertificate } from '@billhook/ui/certificate-fields';
import { Form, FormActions } from '@billhook/ui/form';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { OpenFile } from './certificate-file.tsx';

/** What the customer gave, to be compared with the paper and put right. */
export function CertificateCheck({
  certificate,
  onClose,
}: {
  certificate: TaxCertificate;
  onClose: () => void;
}) {
  const { api } = useScope();
  const accept = useCommand(
    (values: CertificateValues, options) =>
      api.taxCertificates.accept(certificate.id, readCertificate(values), options),
    () => {
      toast('The certificate is accepted', { detail: 'No tax is charged on its days.' });
      onClose();
    },
  );
  return (
    <Form<CertificateValues> onSubmit={(values) => accept.run(values)} {...formProblem(accept.error)}>
      <p className="text-muted">
        Compare it with the paper. What you put right here is what counts: no tax of that country is charged
        on invoices of these days.
      </p>
      {certificate.file === null ? null : (
        <div>
          <OpenFile file={certificate.file} />
        </div>
      )}
      <CertificateFields given={certificate} />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={accept.busy}>
          Accept it
        </Button>
      </FormActions>
    </Form>
  );
}
