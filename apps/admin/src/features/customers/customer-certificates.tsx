import type { Customer, TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CERTIFICATE_STATES, certificateText } from '@billhook/ui/certificate-words';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { OpenFile } from './certificate-file.tsx';
import { CertificateAdd, CertificateCheck, CertificateEnd } from './certificate-forms.tsx';

type Open = { kind: 'add' } | { kind: 'check' | 'refuse' | 'withdraw'; certificate: TaxCertificate };

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

function Certificate({ certificate, onOpen }: { certificate: TaxCertificate; onOpen: (open: Open) => void }) {
  const may = useMay(ROLES.money);
  const { state, validFrom, validTo, file, why } = certificate;
  const { tone, word } = CERTIFICATE_STATES[state];
  const isAccepted = state === 'valid' || state === 'not_yet';
  return (
    <li className="flex flex-col gap-1 border-b border-line py-3 first:pt-0">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{certificateText(certificate)}</span>
        <Status tone={tone}>{word}</Status>
      </span>
      <span className="text-sm text-muted">
        <span className="num">{validFrom}</span> to{' '}
        {validTo === null ? 'no end' : <span className="num">{validTo}</span>}
        {state === 'expired' ? '. Tax is charged since.' : null}
      </span>
      <span className="text-sm text-muted">
        {certificate.givenBy === null ? 'Given by the customer' : `Given by ${certificate.givenBy}`}{' '}
        <DateText value={certificate.givenAt} />
        {certificate.decidedAt === null ? null : (
          <>
            , decided by {certificate.decidedBy} <DateText value={certificate.decidedAt} />
          </>
        )}
        {why === null ? null : `: ${why}`}
      </span>
      <span className="flex flex-wrap gap-2 empty:hidden">
        {file === null ? null : <OpenFile file={file} />}
        {may && state === 'to_check' ? (
          <>
            <Button size="sm" variant="primary" onClick={() => onOpen({ kind: 'check', certificate })}>
              Check
            </Button>
            <Button size="sm" onClick={() => onOpen({ kind: 'refuse', certificate })}>
              Refuse
            </Button>
          </>
        ) : null}
        {may && isAccepted ? (
          <Button size="sm" onClick={() => onOpen({ kind: 'withdraw', certificate })}>
            Withdraw
          </Button>
        ) : null}
      </span>
    </li>
  );
}
