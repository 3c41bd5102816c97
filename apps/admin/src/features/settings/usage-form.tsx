import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { LATE_USAGE } from '../../lib/words.ts';
import { useSaveSettings } from './save-settings.ts';

const BILLING = [
  { value: 'next_invoice', label: 'On the next invoice' },
  { value: 'at_once', label: 'On an invoice of its own' },
  { value: 'debit_note', label: 'On a debit note' },
] as const;

const BILLING_HINTS = {
  next_invoice: 'What it saves is a credit note.',
  at_once: 'What it saves is a credit note.',
  debit_note:
    'Names the invoice that it raises, at the tax of then. Periods that had discounts or cost nothing go on the next invoice. What it saves is a credit note.',
} as const;

const FORMATS = [
  { value: 'ndjson', label: 'NDJSON, compressed' },
  { value: 'parquet', label: 'Parquet' },
] as const;

/** Usage that comes late, what corrections cost, and how long events are kept. */
export function UsageForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [lateUsage, setLate] = useState(settings.lateUsage);
  const [correctionBilling, setBilling] = useState(settings.correctionBilling);
  const [lateWindowDays, setWindow] = useState<number | null>(settings.lateWindowDays);
  const [months, setMonths] = useState<number | null>(settings.usageRetentionMonths);
  const [format, setFormat] = useState(settings.usageArchiveFormat);
  const window = lateWindowDays ?? settings.lateWindowDays;
  const chosen = {
    lateUsage,
    correctionBilling,
    lateWindowDays: window,
    usageRetentionMonths: months,
    usageArchiveFormat: format,
  };
  return (
    <Section title="Usage" description="Invoices that were issued stay as they are in every case.">
      <Form onSubmit={() => save.run({ settings: chosen })} {...formProblem(save.error)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            name="lateUsage"
            label="Usage that comes after its bill"
            hint="A meter may say otherwise."
            disabled={!save.may}
            value={lateUsage}
            onValueChange={setLate}
            options={LATE_USAGE}
          />
          <Select
            name="correctionBilling"
            label="What a correction costs is charged"
            hint={BILLING_HINTS[correctionBilling]}
            disabled={!save.may}
            value={correctionBilling}
            onValueChange={setBilling}
            options={BILLING}
          />
          <NumberField
            name="lateWindowDays"
            label="Late window in days"
            hint="Older events wait in quarantine."
            min={0}
            max={365}
            disabled={!save.may}
            value={lateWindowDays}
            onValueChange={setWindow}
          />
          <ArchiveFields
            may={save.may}
            months={months}
            onMonths={setMonths}
            format={format}
            onFormat={setFormat}
          />
        </div>
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save usage settings
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

type Format = (typeof FORMATS)[number]['value'];

/** For how long events are kept, and what older ones are written to. */
function ArchiveFields({
  may,
  months,
  onMonths,
  format,
  onFormat,
}: {
  readonly may: boolean;
  readonly months: number | null;
  readonly onMonths: (months: number | null) => void;
  readonly format: Format;
  readonly onFormat: (format: Format) => void;
}) {
  return (
    <>
      <NumberField
        name="usageRetentionMonths"
        label="Keep events for months"
        hint="26 or more; older ones go to archives. Empty for ever."
        min={26}
        max={1200}
        optional
        disabled={!may}
        value={months}
        onValueChange={onMonths}
      />
      <Select
        name="usageArchiveFormat"
        label="Archives are written as"
        hint="Either proves issued lines. Archives that there are stay as they are."
        disabled={!may}
        value={format}
        onValueChange={onFormat}
        options={FORMATS}
      />
    </>
  );
}
