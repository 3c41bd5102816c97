import { Button } from '@billhook/ui/button';
import { CertificateFields, type CertificateValues, readCertificate } from '@billhook/ui/certificate-fields';
import { CertificateFile } from '@billhook/ui/certificate-paper';
import { Form, FormActions } from '@billhook/ui/form';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { formProblem } from '../../lib/problem.tsx';

/** Gives a certificate to the seller, with its paper. */
export function GiveCertificate({ country, onClose }: { country: string | null; onClose: () => void }) {
  const { api } = useMembership();
  const [file, setFile] = useState<File | null>(null);
  const give = useCommand(
    async (values: CertificateValues, options) => {
      const stored =
        file === null
          ? null
          : await api.tax.uploadCertificate(
              { file, fileName: file.name },
              { ...options, idempotencyKey: `${options.idempotencyKey}-file` },
            );
      return api.tax.giveCertificate({ ...readCertificate(values), file: stored?.id ?? null }, options);
    },
    () => {
      toast('Your certificate is given', { detail: 'You get a mail once it was checked.' });
      onClose();
    },
  );
  return (
    <Form<CertificateValues> onSubmit={(values) => give.run(values)} {...formProblem(give.error)}>
      <CertificateFields country={country} />
      <CertificateFile onChoose={setFile} />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={give.busy}>
          Give it
        </Button>
      </FormActions>
    </Form>
  );
}
