import { Checkbox } from '@billhook/ui/choice';
import { usePlans } from './queries.ts';

interface PlanChecksProps {
  readonly label: string;
  readonly hint: string;
  /** Keys of plans. */
  readonly value: readonly string[];
  readonly onValueChange: (keys: readonly string[]) => void;
}

/** Some of the plans that run by themselves. */
export function PlanChecks({ label, hint, value, onValueChange }: PlanChecksProps) {
  const plans = (usePlans(false).data?.data ?? []).filter(({ kind }) => kind === 'plan');
  if (plans.length === 0) return null;
  return (
    <fieldset>
      <legend className="text-sm font-medium">{label}</legend>
      <p className="pb-1 text-sm text-muted">{hint}</p>
      <div className="flex flex-col gap-1">
        {plans.map(({ key, name }) => (
          <Checkbox
            key={key}
            label={name}
            checked={value.includes(key)}
            onCheckedChange={(on) =>
              onValueChange(on ? [...value, key] : value.filter((other) => other !== key))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
