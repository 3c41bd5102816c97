import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { Section } from '@billhook/ui/page-header';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

/** How far back a subscription may start, and what customers may do by themselves. */
export function SubscriptionsForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [backdate, setBackdate] = useState(settings.maxBackdateDays);
  const [grace, setGrace] = useState(settings.serviceGraceDays);
  const [allowPause, setAllowPause] = useState(settings.portal.allowPause);
  return (
    <Section title="Subscriptions">
      <Form
        onSubmit={() =>
          save.run({
            settings: { maxBackdateDays: backdate, serviceGraceDays: grace, portal: { allowPause } },
          })
        }
        {...formProblem(save.error)}
      >
        <NumberField
          name="maxBackdateDays"
          label="Days that a start may lie back"
          min={0}
          max={3650}
          value={backdate}
          disabled={!save.may}
          onValueChange={(value) => setBackdate(value ?? 0)}
          hint="What has run since is billed at once. 0 means never."
        />
        <NumberField
          name="serviceGraceDays"
          label="Days of grace after a payment failed"
          min={0}
          max={90}
          value={grace}
          disabled={!save.may}
          onValueChange={(value) => setGrace(value ?? 0)}
          hint="What is left of each feature in them and after them is said at the feature."
        />
        <Checkbox
          label="Customers may pause and resume in the portal"
          hint="What is paid for stands, and nothing more is charged until they go on."
          checked={allowPause}
          disabled={!save.may}
          onCheckedChange={setAllowPause}
        />
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save subscription settings
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}
