import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { MoneyField } from '@billhook/ui/money-field';
import { Section } from '@billhook/ui/page-header';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

/** What one person may give back alone, and whether a customer's backup is tried. */
export function CollectingForm() {
  const { settings, currency } = useScope().tenant;
  const save = useSaveSettings();
  const limit = settings.refundLimits[currency];
  const [amount, setAmount] = useState<string | null>(limit ?? null);
  const [tries, setTries] = useState(settings.backupMethod === 'at_once');
  return (
    <Section title="Refunds and payment methods">
      <Form
        onSubmit={() => {
          const { [currency]: _, ...others } = settings.refundLimits;
          const refundLimits = amount === null ? others : { ...others, [currency]: amount };
          save.run({ settings: { refundLimits, backupMethod: tries ? 'at_once' : 'never' } });
        }}
        {...formProblem(save.error)}
      >
        <MoneyField
          name="refundLimit"
          label="One person gives back of a payment at most"
          currency={currency}
          disabled={!save.may}
          {...(limit === undefined ? {} : { defaultAmountMinor: limit })}
          onAmountChange={setAmount}
          hint="More needs a second person. Empty means any amount."
        />
        <Checkbox
          label="Try the backup of a customer when the default is declined"
          hint="At once, and before that counts as a failure."
          checked={tries}
          disabled={!save.may}
          onCheckedChange={setTries}
        />
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save refund settings
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
