import { useLocale } from '@billhook/ui/locale';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useMemo } from 'react';
import { countryOptions, likelyCountry } from '../../lib/countries.ts';

export type CompanyValues = { company: string; country: string };

/** Who buys, and where: the country decides the tax on an invoice. */
export function CompanyFields() {
  const { locale } = useLocale();
  const options = useMemo(() => countryOptions(locale), [locale]);
  return (
    <>
      <TextField
        label="Company"
        name="company"
        autoComplete="organization"
        maxLength={200}
        hint="Stands on your invoices. Your own name if you buy for yourself."
        required
      />
      <Select
        label="Country"
        name="country"
        options={options}
        defaultValue={likelyCountry()}
        placeholder="Choose a country"
        hint="Decides the tax on your invoices."
        required
      />
    </>
  );
}
