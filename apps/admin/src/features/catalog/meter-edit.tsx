import type { Meter, UpdateMeter } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { LATE_USAGE } from '../../lib/words.ts';

type Late = NonNullable<Meter['lateUsage']> | 'seller';

/** What may change of a meter that measures already. */
export function MeterEdit({ meter, onClose }: { meter: Meter; onClose: () => void }) {
  const { api, tenant } = useScope();
  const [late, setLate] = useState<Late>(meter.lateUsage ?? 'seller');
  const save = useCommand(
    (body: UpdateMeter, options) => api.meters.update(meter.id, body, options),
    () => {
      toast('The meter is saved.');
      onClose();
    },
  );
  const ofSeller = LATE_USAGE.find(({ value }) => value === tenant.settings.lateUsage)?.label;
  return (
    <Form<{ name: string; unit: string }>
      onSubmit={({ name, unit }) =>
        save.run({ name: name.trim(), unit: unit.trim(), lateUsage: late === 'seller' ? null : late })
      }
      {...formProblem(save.error)}
    >
      <TextField name="name" label="Name" required maxLength={200} defaultValue={meter.name} />
      <TextField name="unit" label="Unit" required maxLength={50} defaultValue={meter.unit} />
      <Select<Late>
        name="lateUsage"
        label="Usage that comes after its bill"
        hint="Invoices that were issued stay as they are in every case."
        value={late}
        onValueChange={setLate}
        options={[{ value: 'seller', label: 'As for all meters', detail: ofSeller }, ...LATE_USAGE]}
      />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save meter
        </Button>
      </FormActions>
    </Form>
  );
}
