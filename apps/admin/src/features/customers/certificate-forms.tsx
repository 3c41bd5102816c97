import type { Customer, TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import {
  CertificateFields,
  CertificateFile,
  type CertificateValues,
  readCertificate,
} from '@billhook/ui/certificate-fields';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { OpenFile } from './certificate-file.tsx';

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
        <Button variant="primary" type="submit" busy={add.busy}>
          Add it
        </Button>
      </FormActions>
    </Form>
  );
}

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
        <Button variant="primary" type="submit" busy={accept.busy}>
          Accept it
        </Button>
      </FormActions>
    </Form>
  );
}

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
        <Button variant="primary" type="submit" busy={end.busy}>
          {act === 'refuse' ? 'Refuse it' : 'Withdraw it'}
        </Button>
      </FormActions>
    </Form>
  );
}
