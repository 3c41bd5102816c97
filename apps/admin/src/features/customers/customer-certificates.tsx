import type { Customer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { certificateText } from '@billhook/ui/certificate-words';
import { SideSheet } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { CertificateAdd } from './certificate-add.tsx';
import { CertificateCheck } from './certificate-check.tsx';
import { CertificateEnd } from './certificate-end.tsx';
import { Certificate, type OpenCertificate as Open } from './certificate-item.tsx';

const TITLES: Readonly<Record<Open['kind'], string>> = {
  add: 'Add a certificate',
  check: 'Check a certificate',
  refuse: 'Refuse a certificate',
  withdraw: 'Withdraw a certificate',
};

/** The papers by which the customer pays no tax: what they are worth today, who gave and who checked them. */
export function CustomerCertificates({ customer }: { customer: Customer }) {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.care);
  const [open, setOpen] = useState<Open | null>(null);
  const { data } = useQuery({
    queryKey: [tenant.id, 'customer', customer.id, 'certificates'],
    queryFn: ({ signal }) => api.customers.taxCertificates(customer.id, { signal }),
  });
  if (data === undefined) return null;
  const close = () => setOpen(null);
  return (
    <Section title="Certificates of exemption">
      {data.data.length === 0 ? (
        <p className="text-muted">
          {customer.taxExempt
            ? 'None. The customer is set as exempt from tax, without a paper and without an end.'
            : 'None. With one, no tax is charged on its days.'}
        </p>
      ) : (
        <ul className="flex flex-col">
          {data.data.map((certificate) => (
            <Certificate key={certificate.id} certificate={certificate} onOpen={setOpen} />
          ))}
        </ul>
      )}
      {may ? (
        <div className="mt-3">
          <Button size="sm" onClick={() => setOpen({ kind: 'add' })}>
            Add a certificate
          </Button>
        </div>
      ) : null}
      <SideSheet
        open={open !== null}
        onOpenChange={(next) => {
          if (!next) close();
        }}
        title={open === null ? '' : TITLES[open.kind]}
        description={open === null || open.kind === 'add' ? customer.name : certificateText(open.certificate)}
      >
        {open === null ? null : open.kind === 'add' ? (
          <CertificateAdd customer={customer} onClose={close} />
        ) : open.kind === 'check' ? (
          <CertificateCheck certificate={open.certificate} onClose={close} />
        ) : (
          <CertificateEnd certificate={open.certificate} act={open.kind} onClose={close} />
        )}
      </SideSheet>
    </Section>
  );
}
