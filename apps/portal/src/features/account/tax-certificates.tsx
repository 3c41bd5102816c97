import { Button } from '@billhook/ui/button';
import { CERTIFICATE_STATES, certificateText } from '@billhook/ui/certificate-words';
import { SideSheet } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import { useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { useRead } from '../../lib/read.tsx';
import { GiveCertificate } from './give-certificate.tsx';

/** The papers by which the company pays no tax, and what became of them. */
export function TaxCertificates() {
  const { customer } = useMembership();
  const [open, setOpen] = useState(false);
  const { data } = useRead(['tax', 'certificates'], (portal, signal) => portal.tax.certificates({ signal }));
  if (data === undefined) return null;
  const may = customer.role === 'owner' || customer.role === 'admin';
  return (
    <Section
      title="Certificates of exemption"
      description="If you pay no sales tax or VAT, give the certificate. It counts once it was checked."
    >
      {data.data.length === 0 ? null : (
        <ul className="mb-3 flex flex-col">
          {data.data.map((certificate) => {
            const { id, state, validFrom, validTo, file, why } = certificate;
            const { tone, word } = CERTIFICATE_STATES[state];
            return (
              <li key={id} className="flex flex-col gap-1 border-b border-line py-3 first:pt-0">
                <span className="flex flex-wrap items-baseline justify-between gap-x-4">
                  <span className="font-medium">{certificateText(certificate)}</span>
                  <Status tone={tone}>{word}</Status>
                </span>
                <span className="text-sm text-muted">
                  <span className="num">{validFrom}</span> to{' '}
                  {validTo === null ? 'no end' : <span className="num">{validTo}</span>}
                  {file === null ? null : `. ${file.name}`}
                </span>
                {why === null ? null : <span className="text-sm">{why}</span>}
                {state === 'expired' ? (
                  <span className="text-sm">
                    Tax is charged since. Give a new one to be free of it again.
                  </span>
                ) : null}
              </li>
            );
          })}
        </ul>
      )}
      <Button onClick={() => setOpen(true)} disabled={!may}>
        Give a certificate
      </Button>
      <SideSheet open={open} onOpenChange={setOpen} title="Give a certificate" description={customer.name}>
        {open ? <GiveCertificate country={customer.country} onClose={() => setOpen(false)} /> : null}
      </SideSheet>
    </Section>
  );
}
