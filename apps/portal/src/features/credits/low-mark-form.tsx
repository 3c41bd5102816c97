import type { CreditBalance, SetCreditLowMark } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { shownCredits, typedCredits } from '@billhook/ui/credit-figures';
import { Form, FormActions } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { formProblem } from '../../lib/problem.tsx';

interface LowMarkFormProps {
  readonly balance: CreditBalance;
  readonly onClose: () => void;
}

/** Below how many credits one is told by e-mail; empty for what the seller has set. */
export function LowMarkForm({ balance, onClose }: LowMarkFormProps) {
  const { api } = useMembership();
  const { creditType, lowAt, lowAtIsOwn } = balance;
  const save = useCommand(
    (body: SetCreditLowMark) => api.credits.setLowMark(body),
    () => {
      toast('Saved.');
      onClose();
    },
  );
  return (
    <Form<Record<'lowAt', string>>
      onSubmit={({ lowAt: typed }) =>
        save.run({
          creditType: creditType.key,
          lowAt: typed.trim() === '' ? null : typedCredits(typed, creditType),
        })
      }
      {...formProblem(save.error)}
    >
      <TextField
        name="lowAt"
        label="Tell us by e-mail when fewer are left than"
        optional
        inputMode="decimal"
        defaultValue={lowAtIsOwn && lowAt !== null ? shownCredits(lowAt, creditType) : undefined}
        placeholder={!lowAtIsOwn && lowAt !== null ? shownCredits(lowAt, creditType) : undefined}
        hint={
          lowAt !== null && !lowAtIsOwn
            ? 'Sent each time you fall below it. Empty for the amount shown.'
            : 'Sent each time you fall below it.'
        }
        suffix={creditType.currency ?? creditType.unit}
      />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}
