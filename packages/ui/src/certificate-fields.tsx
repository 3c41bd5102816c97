import type { CertificateReason } from '@billhook/core/tax/certificates';
import { CERTIFICATE_OPTIONS, type CertificateText } from './certificate-words.ts';
import { Select } from './select.tsx';
import { TextField } from './text-field.tsx';

export type CertificateValues = {
  reason: CertificateReason;
  number: string;
  country: string;
  regions: string;
  validFrom: string;
  validTo: string;
};

/** What a certificate says, as a form sends it. */
export function readCertificate(values: CertificateValues) {
  const codes = values.regions.toUpperCase().split(/[\s,;]+/);
  return {
    reason: values.reason,
    number: values.number.trim() || null,
    country: values.country.trim().toUpperCase(),
    regions: [...new Set(codes.filter((code) => code !== ''))],
    validFrom: values.validFrom,
    validTo: values.validTo || null,
  };
}

export interface CertificateFieldsProps {
  /** What is known already; empty fields without. */
  readonly given?:
    | (CertificateText & { readonly validFrom: string; readonly validTo: string | null })
    | undefined;
  readonly country?: string | null | undefined;
}

/** The fields of a certificate; `readCertificate` makes something of them. */
export function CertificateFields({ given, country }: CertificateFieldsProps) {
  return (
    <>
      <Select
        name="reason"
        label="Why no tax is due"
        defaultValue={given?.reason ?? 'resale'}
        options={CERTIFICATE_OPTIONS}
      />
      <TextField
        name="number"
        label="Number"
        optional
        maxLength={100}
        hint="Stands on the invoices that rest on it."
        defaultValue={given?.number ?? ''}
      />
      <div className="grid gap-4 sm:grid-cols-[6rem_minmax(0,1fr)]">
        <TextField
          name="country"
          label="Country"
          required
          maxLength={2}
          pattern="[A-Za-z]{2}"
          placeholder="US"
          defaultValue={given?.country ?? country ?? ''}
        />
        <TextField
          name="regions"
          label="States or regions"
          optional
          maxLength={240}
          placeholder="TX, CA"
          hint="By their codes. None means the whole country."
          defaultValue={given?.regions.join(', ') ?? ''}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="validFrom"
          label="First day"
          type="date"
          required
          defaultValue={given?.validFrom ?? ''}
        />
        <TextField
          name="validTo"
          label="Last day"
          type="date"
          optional
          hint="None means no end."
          defaultValue={given?.validTo ?? ''}
        />
      </div>
    </>
  );
}
