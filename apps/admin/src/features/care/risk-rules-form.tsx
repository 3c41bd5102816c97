import type { RiskRules } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Form } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { Skeleton } from '@billhook/ui/skeleton';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Values = Omit<RiskRules, 'object'>;
type Counted = Exclude<keyof Values, 'countryMismatch'>;

const FIELDS: readonly { name: Counted; label: string }[] = [
  { name: 'cardsOfCustomer', label: 'Cards of one customer in a day' },
  { name: 'customersOfCard', label: 'Customers of one card in 30 days' },
  { name: 'triesOfCustomer', label: 'Tries of one customer in an hour' },
  { name: 'triesOfAddress', label: 'Tries from one address in an hour' },
  { name: 'smallTries', label: 'Tries over small amounts in an hour' },
];

export function RiskRulesForm({ readOnly }: { readOnly: boolean }) {
  const { api, tenant } = useScope();
  const { data, error, refetch } = useQuery({
    queryKey: [tenant.id, 'risk-rules'],
    queryFn: ({ signal }) => api.riskRules.get({ signal }),
  });
  if (error && !data) return <ProblemState error={error} onRetry={() => void refetch()} compact />;
  if (!data) return <Skeleton className="h-40 w-80" />;
  return <Fields rules={data} readOnly={readOnly} />;
}

function Fields({ rules, readOnly }: { rules: RiskRules; readOnly: boolean }) {
  const { api } = useScope();
  const { object: _object, ...known } = rules;
  const [values, setValues] = useState<Values>(known);
  const save = useCommand(
    (body: Values, options) => api.riskRules.set(body, options),
    () => toast('The rules are saved.'),
  );
  return (
    <Form id="risk-rules" onSubmit={() => save.run(values)} {...formProblem(save.error)}>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        {FIELDS.map(({ name, label }) => (
          <NumberField
            key={name}
            name={name}
            label={label}
            min={1}
            max={100_000}
            disabled={readOnly}
            value={values[name]}
            onValueChange={(value) => setValues({ ...values, [name]: value })}
          />
        ))}
      </div>
      <Checkbox
        label="Tell staff where the card is of another country than the customer"
        disabled={readOnly}
        checked={values.countryMismatch}
        onCheckedChange={(countryMismatch) => setValues({ ...values, countryMismatch })}
      />
      {readOnly ? null : (
        <div>
          <Button type="submit" busy={save.busy}>
            Save the rules
          </Button>
        </div>
      )}
    </Form>
  );
}
