import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { CONSOLIDATIONS } from '../../lib/words.ts';
import { useSaveSettings } from './save-settings.ts';

/** `1, 3, 7` as whole days. */
function readDays(text: string | undefined): number[] {
  return (text ?? '')
    .split(/[\s,]+/)
    .filter((part) => /^\d{1,2}$/.test(part))
    .map(Number);
}

/** How invoices are numbered, when payments are tried again, and what happens to empty ones. */
export function BillingForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [zero, setZero] = useState(settings.zeroInvoices);
  const [consolidation, setConsolidation] = useState(settings.invoiceConsolidation);
  return (
    <Section title="Invoices">
      <Form<Record<'invoiceSeries' | 'retryDelays', string>>
        onSubmit={({ invoiceSeries, retryDelays }) =>
          save.run({
            settings: {
              invoiceSeries: invoiceSeries.trim().toUpperCase(),
              zeroInvoices: zero,
              invoiceConsolidation: consolidation,
              retryDelaysDays: readDays(retryDelays),
            },
          })
        }
        {...formProblem(save.error)}
      >
        <TextField
          name="invoiceSeries"
          label="Series"
          mono
          required
          className="max-w-48"
          defaultValue={settings.invoiceSeries}
          disabled={!save.may}
          hint="Numbers in a series have no gaps."
        />
        <TextField
          name="retryDelays"
          label="Retry failed payments after (days)"
          className="max-w-72"
          defaultValue={settings.retryDelaysDays.join(', ')}
          disabled={!save.may}
          hint="Days from one attempt to the next, such as 1, 3, 5."
        />
        <RadioGroup
          label="One invoice for"
          boxed
          value={consolidation}
          onValueChange={setConsolidation}
          options={CONSOLIDATIONS}
        />
        <RadioGroup
          label="Invoices of zero"
          boxed
          value={zero}
          onValueChange={setZero}
          options={[
            { value: 'skip', label: 'Skip them', detail: 'No document where nothing is owed.' },
            { value: 'issue', label: 'Issue them', detail: 'Each period has its document.' },
          ]}
        />
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save invoice settings
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
