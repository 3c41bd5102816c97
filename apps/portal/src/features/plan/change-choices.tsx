import type { PublicPlan, Subscription } from '@billhook/sdk/generated/types';
import type { Search } from '@billhook/ui/address';
import { RadioGroup } from '@billhook/ui/choice';
import { DateText } from '@billhook/ui/date-text';
import { NumberField } from '@billhook/ui/number-field';
import { intervalOf } from '../pricing/offers.ts';
import { PlanPrice } from './plan-prices.tsx';

export interface ChangeChoicesProps {
  readonly plans: readonly PublicPlan[];
  readonly held: Subscription;
  readonly chosen: string;
  /** Null where the plan does not count seats. */
  readonly quantity: number | null;
  readonly when: 'now' | 'period_end';
  readonly onChange: (patch: Search) => void;
}

/** Which plan, how many seats, and from when on. */
export function ChangeChoices({ plans, held, chosen, quantity, when, onChange }: ChangeChoicesProps) {
  const sorted = [...plans]
    .filter(({ currency }) => currency === held.currency)
    .sort((a, b) => intervalOf(a).localeCompare(intervalOf(b)) || a.rank - b.rank);
  return (
    <div className="flex flex-col gap-6">
      <RadioGroup
        label="Plan"
        boxed
        value={chosen}
        onValueChange={(plan) => onChange({ plan, when: undefined })}
        options={sorted.map((plan) => ({
          value: plan.key,
          label: (
            <span className="font-medium">
              {plan.name}
              {plan.key === held.plan.key ? (
                <span className="font-normal text-muted"> (your plan)</span>
              ) : null}
            </span>
          ),
          detail: (
            <>
              <PlanPrice plan={plan} />
              {plan.description ? `. ${plan.description}` : null}
            </>
          ),
        }))}
      />
      {quantity === null ? null : (
        <NumberField
          label="Seats"
          value={quantity}
          min={1}
          max={10_000}
          onValueChange={(next) => onChange({ quantity: `${next ?? 1}` })}
        />
      )}
      <RadioGroup
        label="From when on"
        value={when}
        onValueChange={(next) => onChange({ when: next })}
        options={[
          { value: 'now', label: 'Now', detail: 'The days left are settled to the day.' },
          {
            value: 'period_end',
            label: 'At the next renewal',
            detail: (
              <>
                On <DateText value={held.currentPeriodEnd} as="weekday" />. You can undo it until then.
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
