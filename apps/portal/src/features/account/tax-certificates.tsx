import { Button } from '@billhook/ui/button';
import { CertificateItem } from '@billhook/ui/certificate-item';
import { SideSheet } from '@billhook/ui/dialog';
import { Section } from '@billhook/ui/page-header';
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
          {data.data.map((certificate) => (
            <CertificateItem
              key={certificate.id}
              certificate={certificate}
              after={certificate.file === null ? null : `. ${certificate.file.name}`}
            >
              {certificate.why === null ? null : <span className="text-sm">{certificate.why}</span>}
              {certificate.state === 'expired' ? (
                <span className="text-sm">Tax is charged since. Give a new one to be free of it again.</span>
              ) : null}
            </CertificateItem>
          ))}
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
