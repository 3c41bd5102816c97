import type { TaxRate } from '../invoicing/tax.ts';
import type { CertificateReason, TaxCertificate } from './certificates.ts';
import { EXEMPTIONS, exemptRate } from './exemptions.ts';

/** Nothing is charged, and the document says why and by which paper. */
export function certificateRate({ reason, number }: TaxCertificate): TaxRate {
  const rate = exemptRate('exempt_customer', certificateText(number));
  const code = VATEX[reason] ?? null;
  return code === null ? rate : { ...rate, exemption: { code, text: rate.exemption?.text ?? '' } };
}

/** Article 151 of Directive 2006/112/EC in the list VATEX; the other reasons have no code there. */
const VATEX: Partial<Record<CertificateReason, string>> = {
  diplomatic: 'VATEX-EU-151-1A',
  international_organisation: 'VATEX-EU-151-1B',
  armed_forces: 'VATEX-EU-151-1C',
};

function certificateText(number: string | null): string {
  const { text } = EXEMPTIONS.exempt_customer;
  return number === null ? text : `${text.replace(/\.$/, '')} (${number}).`;
}
