import type { LocationEvidence } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { EVIDENCE_KINDS } from '../../lib/tax-words.ts';

const KINDS = ['ip_address', 'payment_method', 'sim_card', 'landline', 'other'] as const;

type Values = { kind: LocationEvidence['kind']; country: string; detail: string };

/** Keeps a piece that staff have seen. */
export function EvidenceForm({ customer, onClose }: { customer: string; onClose: () => void }) {
  const { api } = useScope();
  const keep = useCommand(
    ({ kind, country, detail }: Values, options) =>
      api.customers.keepLocationEvidence(
        customer,
        {
          kind,
          country: country.trim().toUpperCase(),
          ...(detail.trim() === '' ? {} : { detail: detail.trim() }),
        },
        options,
      ),
    () => {
      toast('The evidence is kept');
      onClose();
    },
  );
  return (
    <Form<Values> onSubmit={(values) => keep.run(values)} {...formProblem(keep.error)}>
      <Select
        name="kind"
        label="What was seen"
        defaultValue="ip_address"
        options={KINDS.map((value) => ({ value, label: EVIDENCE_KINDS[value] }))}
      />
      <TextField
        name="country"
        label="Country"
        required
        maxLength={2}
        pattern="[A-Za-z]{2}"
        placeholder="AT"
      />
      <TextField
        name="detail"
        label="What exactly"
        optional
        maxLength={200}
        hint="Such as the network address or the bank."
      />
      <FormActions>
        <Button variant="primary" type="submit" busy={keep.busy}>
          Keep it
        </Button>
      </FormActions>
    </Form>
  );
}
