import type { CertificateState } from '@billhook/core/tax/certificates';
import type { ReactNode } from 'react';
import { CERTIFICATE_STATES, type CertificateText, certificateText } from './certificate-words.ts';
import { DateText } from './date-text.tsx';
import { Status } from './status.tsx';

export interface CertificateDaysProps {
  readonly validFrom: string;
  /** None for a certificate without an end. */
  readonly validTo: string | null;
}

/** The days of a certificate, both included. */
export function CertificateDays({ validFrom, validTo }: CertificateDaysProps) {
  return (
    <>
      <DateText value={validFrom} /> to {validTo === null ? 'no end' : <DateText value={validTo} />}
    </>
  );
}

export interface CertificateItemProps {
  readonly certificate: CertificateText & CertificateDaysProps & { readonly state: CertificateState };
  /** Goes on the line of its days. */
  readonly after?: ReactNode;
  /** What this reader is told and may do, below. */
  readonly children?: ReactNode;
}

/** One certificate in a list: what it says, what it is worth today, and its days. */
export function CertificateItem({ certificate, after, children }: CertificateItemProps) {
  const { tone, word } = CERTIFICATE_STATES[certificate.state];
  return (
    <li className="flex flex-col gap-1 border-b border-line py-3 first:pt-0">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{certificateText(certificate)}</span>
        <Status tone={tone}>{word}</Status>
      </span>
      <span className="text-sm text-muted">
        <CertificateDays {...certificate} />
        {after}
      </span>
      {children}
    </li>
  );
}
