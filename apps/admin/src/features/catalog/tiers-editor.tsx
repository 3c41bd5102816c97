import type { Pricing, Tier } from '@billhook/sdk/generated/types';
import { Button, IconButton } from '@billhook/ui/button';
import { formatQuantity } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { TextField } from '@billhook/ui/text-field';
import { Plus, Trash2 } from 'lucide-react';
import { isNumber, perFault, priceFault, startOf, tierFault } from './typed-pricing.ts';
import { replaceAt, withoutAt } from './version-draft.ts';

type Graduated = Extract<Pricing, { model: 'graduated' }>;

export interface TiersEditorProps {
  readonly pricing: Graduated;
  readonly currency: string;
  readonly onChange: (pricing: Graduated) => void;
}

/** Tiers from zero upward without gaps; the last one has no end. */
export function TiersEditor({ pricing, currency, onChange }: TiersEditorProps) {
  const { tiers } = pricing;
  const put = (index: number, patch: Partial<Tier>) => {
    const tier = tiers[index];
    if (tier) onChange({ ...pricing, tiers: replaceAt(tiers, index, { ...tier, ...patch }) });
  };
  const add = () => {
    const last = tiers.at(-1);
    const before = startOf(tiers, tiers.length - 1);
    const end = String(Math.max(Number(before) * 2, 100));
    if (last) onChange({ ...pricing, tiers: [...tiers.slice(0, -1), { ...last, upTo: end }, last] });
  };
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label="Prices are for how many units"
        inputMode="numeric"
        className="max-w-56"
        value={pricing.per}
        error={perFault(pricing.per)}
        onValueChange={(per) => onChange({ ...pricing, per: per.trim() })}
      />
      <ol className="flex flex-col gap-2">
        {tiers.map((tier, index) => (
          <TierRow
            // biome-ignore lint/suspicious/noArrayIndexKey: tiers have no identity but their place.
            key={index}
            tier={tier}
            index={index}
            start={startOf(tiers, index)}
            fault={tierFault(tiers, index)}
            currency={currency}
            onChange={(patch) => put(index, patch)}
            onRemove={
              tier.upTo === null ? undefined : () => onChange({ ...pricing, tiers: withoutAt(tiers, index) })
            }
          />
        ))}
      </ol>
      <div>
        <Button size="sm" icon={Plus} onClick={add}>
          Add tier
        </Button>
      </div>
    </div>
  );
}

interface TierRowProps {
  readonly tier: Tier;
  readonly index: number;
  readonly start: string;
  readonly fault: string | undefined;
  readonly currency: string;
  readonly onChange: (patch: Partial<Tier>) => void;
  readonly onRemove: (() => void) | undefined;
}

function TierRow({ tier, index, start, fault, currency, onChange, onRemove }: TierRowProps) {
  const { locale } = useLocale();
  const name = `Tier ${index + 1}`;
  // While the end of the tier before is being typed, it is no number.
  const from = isNumber(start) ? formatQuantity(start, locale) : 'the tier before';
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_2rem] items-start gap-2 max-sm:border-b max-sm:border-line max-sm:pb-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_2rem]">
      {tier.upTo === null ? (
        <p className="num flex items-center text-muted sm:h-9 sm:self-end">Above {from}</p>
      ) : (
        <TextField
          label={`${name}: above ${from}, up to`}
          inputMode="decimal"
          value={tier.upTo}
          error={fault}
          onValueChange={(upTo) => onChange({ upTo: upTo.trim() })}
        />
      )}
      <TextField
        label={`${name}: price`}
        className="max-sm:col-start-1 max-sm:row-start-2"
        inputMode="decimal"
        suffix={currency}
        value={tier.unitAmount}
        error={priceFault(tier.unitAmount)}
        onValueChange={(unitAmount) => onChange({ unitAmount: unitAmount.trim() })}
      />
      {onRemove ? (
        // Beside the field, below its label, wherever an error makes the row higher.
        <span className="mt-6 flex h-9 items-center">
          <IconButton icon={Trash2} label={`Remove ${name.toLowerCase()}`} onClick={onRemove} />
        </span>
      ) : null}
    </li>
  );
}
