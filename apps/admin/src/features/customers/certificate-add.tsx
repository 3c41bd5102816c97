import type { Customer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CertificateFields, type CertificateValues, readCertificate } from '@billhook/ui/certificate-fields';
import { CertificateFile } from '@billhook/ui/certificate-paper';
import { Form, FormActions } from '@billhook/ui/form';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** Adds one that came by mail or on paper. It waits to be checked as any other, so that two steps are never one. */
export function CertificateAdd({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { api } = useScope();
  const [file, setFile] = useState<File | null>(null);
  const add = useCommand(
    async (values: CertificateValues, options) => {
      const stored =
        file === null
          ? null
          : await api.files.upload(
              { purpose: 'upload', customer: customer.id, file, fileName: file.name },
              { ...options, idempotencyKey: `${options.idempotencyKey}-file` },
            );
      const body = { ...readCertificate(values), file: stored?.id ?? null };
      return api.customers.addTaxCertificate(customer.id, body, options);
    },
    () => {
      toast('The certificate is kept. Check it next.');
      onClose();
    },
  );
  return (
    <Form<CertificateValues> onSubmit={(values) => add.run(values)} {...formProblem(add.error)}>
      <CertificateFields country={customer.country} />
      <CertificateFile onChoose={setFile} />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={add.busy}>
          Add it
        </Button>
      </FormActions>
    </Form>
  );
}
