import type { Dispute } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { type EvidenceFile, EvidenceFiles } from './evidence-files.tsx';

const NAMES = [
  'productDescription',
  'serviceDate',
  'accessLog',
  'customerName',
  'customerEmail',
  'customerIp',
  'billingAddress',
  'refundPolicy',
  'cancellationPolicy',
] as const;
type AnswerFields = Record<'text' | (typeof NAMES)[number], string>;

/** Only what was filled in; the rest stays as the provider has it. */
function given(fields: AnswerFields): Partial<AnswerFields> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = fields[name]?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

/** The answer to the bank, in the fields that it asks for. It is handed in once. */
export function DisputeAnswer({ dispute }: { dispute: Dispute }) {
  const { api } = useScope();
  const [files, setFiles] = useState<readonly EvidenceFile[]>([]);
  const answer = useCommand(
    (fields: AnswerFields, options) =>
      api.disputes.answer(
        dispute.id,
        {
          text: fields.text.trim(),
          ...given(fields),
          ...(files.length === 0 ? {} : { files: files.map(({ file, kind }) => ({ file, kind })) }),
        },
        options,
      ),
    () => toast('The answer was handed in.'),
  );
  return (
    <Form<AnswerFields> onSubmit={answer.run} {...formProblem(answer.error)}>
      <TextField
        name="text"
        label="Why the payment is right"
        lines={6}
        required
        maxLength={10_000}
        hint="The bank reads this. It can be handed in once."
      />
      <EvidenceFiles customer={dispute.customer} files={files} onChange={setFiles} />
      <TextField name="productDescription" label="What was sold" lines={2} optional maxLength={2_000} />
      <TextField name="serviceDate" label="When the service was given" optional maxLength={200} />
      <TextField name="accessLog" label="Proof of use" lines={4} optional maxLength={10_000} />
      <TextField
        name="customerName"
        label="Who bought it"
        optional
        maxLength={200}
        defaultValue={dispute.customerName}
      />
      <TextField name="customerEmail" label="Their e-mail" type="email" optional />
      <TextField name="customerIp" label="From which address on the net" optional mono maxLength={45} />
      <TextField name="billingAddress" label="Billing address" lines={2} optional maxLength={500} />
      <TextField
        name="refundPolicy"
        label="What was agreed on refunds"
        lines={2}
        optional
        maxLength={5_000}
      />
      <TextField
        name="cancellationPolicy"
        label="What was agreed on cancelling"
        lines={2}
        optional
        maxLength={5_000}
      />
      <FormActions>
        <Button variant="primary" type="submit" busy={answer.busy}>
          Hand in the answer
        </Button>
      </FormActions>
    </Form>
  );
}
