import type { CampaignSegment } from '@billhook/sdk/generated/types';
import { Checkbox } from '@billhook/ui/choice';
import { TextField } from '@billhook/ui/text-field';
import { usePlans } from '../catalog/queries.ts';

type Change = (segment: CampaignSegment) => void;

const wholeOrNull = (text: string) => (/^\d+$/.test(text.trim()) ? text.trim() : null);
const daysOrNull = (text: string) => (wholeOrNull(text) === null ? null : Number(text));
const upper = (text: string) => text.trim().toUpperCase();

/** Plans, countries, amounts and how long somebody has been a customer; what is left empty does not matter. */
export function SegmentFields({ segment, onChange }: { segment: CampaignSegment; onChange: Change }) {
  const set = (changed: Partial<CampaignSegment>) => onChange({ ...segment, ...changed });
  const plans = usePlans(false);
  return (
    <div className="flex flex-col gap-4">
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="pb-1 text-sm font-medium">Plans</legend>
        {(plans.data?.data ?? []).map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            checked={segment.plans.includes(id)}
            onCheckedChange={(on) =>
              set({ plans: on ? [...segment.plans, id] : segment.plans.filter((one) => one !== id) })
            }
          />
        ))}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Countries"
          hint="As in DE, FR. Empty for all."
          defaultValue={segment.countries.join(', ')}
          onValueChange={(text) =>
            set({
              countries: text
                .split(',')
                .map(upper)
                .filter((code) => /^[A-Z]{2}$/.test(code)),
            })
          }
        />
        <TextField
          label="Currency"
          hint="For the amounts beside it."
          maxLength={3}
          defaultValue={segment.currency ?? ''}
          onValueChange={(text) => set({ currency: /^[A-Z]{3}$/.test(upper(text)) ? upper(text) : null })}
        />
        <TextField
          label="From this amount"
          hint="In cents or the like."
          inputMode="numeric"
          defaultValue={segment.minAmount ?? ''}
          onValueChange={(text) => set({ minAmount: wholeOrNull(text) })}
        />
        <TextField
          label="Up to this amount"
          hint="In cents or the like."
          inputMode="numeric"
          defaultValue={segment.maxAmount ?? ''}
          onValueChange={(text) => set({ maxAmount: wholeOrNull(text) })}
        />
        <TextField
          label="Customers for at least so many days"
          inputMode="numeric"
          defaultValue={segment.minTenureDays === null ? '' : String(segment.minTenureDays)}
          onValueChange={(text) => set({ minTenureDays: daysOrNull(text) })}
        />
        <TextField
          label="Customers for at most so many days"
          inputMode="numeric"
          defaultValue={segment.maxTenureDays === null ? '' : String(segment.maxTenureDays)}
          onValueChange={(text) => set({ maxTenureDays: daysOrNull(text) })}
        />
      </div>
    </div>
  );
}
