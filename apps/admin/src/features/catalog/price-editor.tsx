import type { Meter, PriceDraft, PriceQuantity, Pricing } from '@billhook/sdk/generated/types';
import { IconButton } from '@billhook/ui/button';
import { MoneyField } from '@billhook/ui/money-field';
import { Card } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { Trash2 } from 'lucide-react';
import { PriceTrace } from './price-trial.tsx';
import { TiersEditor } from './tiers-editor.tsx';
import { perFault, priceFault, typedPricing } from './typed-pricing.ts';
import { withModel } from './version-draft.ts';

const MODELS: readonly { value: Pricing['model']; label: string }[] = [
  { value: 'flat', label: 'Fixed' },
  { value: 'per_unit', label: 'Per unit' },
  { value: 'graduated', label: 'In tiers' },
];

export interface PriceEditorProps {
  readonly price: PriceDraft;
  readonly currency: string;
  readonly meters: readonly Meter[];
  readonly onChange: (price: PriceDraft) => void;
  readonly onRemove: () => void;
}

/** One price: its model, what it counts, when it is billed, and what it comes to. */
export function PriceEditor({ price, currency, meters, onChange, onRemove }: PriceEditorProps) {
  const { pricing } = price;
  return (
    <Card className="flex flex-col gap-4">
      <div className="grid grid-cols-[minmax(0,1fr)_2rem] items-end gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,10rem)_2rem]">
        <TextField
          label="Name"
          value={price.name}
          onValueChange={(name) => onChange({ ...price, name })}
          required
        />
        <TextField
          label="Key"
          mono
          className="max-sm:order-3 max-sm:col-span-2"
          value={price.key}
          onValueChange={(key) => onChange({ ...price, key })}
          required
        />
        <span className="flex h-9 items-center max-sm:order-2">
          <IconButton icon={Trash2} label={`Remove price ${price.name}`} onClick={onRemove} />
        </span>
      </div>
      <div>
        <Segmented
          label="Model"
          options={MODELS}
          value={pricing.model}
          onValueChange={(model) => onChange(withModel(price, model))}
        />
      </div>
      {pricing.model === 'flat' ? (
        <MoneyField
          label="Amount"
          className="max-w-56"
          currency={currency}
          defaultAmountMinor={pricing.amount}
          onAmountChange={(amount) =>
            onChange({ ...price, pricing: { model: 'flat', amount: amount ?? '0' } })
          }
        />
      ) : null}
      {pricing.model === 'per_unit' ? (
        <UnitPrice
          pricing={pricing}
          currency={currency}
          onChange={(next) => onChange({ ...price, pricing: next })}
        />
      ) : null}
      {pricing.model === 'graduated' ? (
        <TiersEditor
          pricing={pricing}
          currency={currency}
          onChange={(next) => onChange({ ...price, pricing: next })}
        />
      ) : null}
      <div className="grid gap-3 sm:grid-cols-3">
        {pricing.model === 'flat' ? null : <Counted price={price} meters={meters} onChange={onChange} />}
        <Timing price={price} onChange={onChange} />
        <TaxCode price={price} onChange={onChange} />
      </div>
      {pricing.model === 'flat' ? null : (
        <div className="border-t border-line pt-4">
          <PriceTrace pricing={typedPricing(pricing)} currency={currency} />
        </div>
      )}
    </Card>
  );
}

type PerUnit = Extract<Pricing, { model: 'per_unit' }>;

function UnitPrice({
  pricing,
  currency,
  onChange,
}: {
  pricing: PerUnit;
  currency: string;
  onChange: (pricing: PerUnit) => void;
}) {
  return (
    <div className="grid max-w-md grid-cols-2 gap-3">
      <TextField
        label="Price"
        inputMode="decimal"
        suffix={currency}
        value={pricing.unitAmount}
        error={priceFault(pricing.unitAmount)}
        onValueChange={(unitAmount) => onChange({ ...pricing, unitAmount: unitAmount.trim() })}
      />
      <TextField
        label="For how many units"
        inputMode="numeric"
        value={pricing.per}
        error={perFault(pricing.per)}
        onValueChange={(per) => onChange({ ...pricing, per: per.trim() })}
      />
    </div>
  );
}

type Part = { price: PriceDraft; onChange: (price: PriceDraft) => void };

function Counted({ price, meters, onChange }: Part & { meters: readonly Meter[] }) {
  const { quantity } = price;
  const read = (value: string): PriceQuantity =>
    value === 'seats' ? { kind: 'seats' } : { kind: 'meter', meter: value.slice('meter '.length) };
  return (
    <Select
      label="Counts"
      options={[
        { value: 'seats', label: 'Seats' },
        ...meters.map(({ key, name }) => ({ value: `meter ${key}`, label: name, detail: key })),
      ]}
      value={quantity.kind === 'meter' ? `meter ${quantity.meter}` : 'seats'}
      onValueChange={(value) => {
        const next = read(value);
        onChange({ ...price, quantity: next, timing: next.kind === 'meter' ? 'in_arrears' : 'in_advance' });
      }}
    />
  );
}

/** What kind of thing is sold, where its tax is not the standard one. */
function TaxCode({ price: { taxCode, ...price }, onChange }: Part) {
  return (
    <TextField
      label="Tax code"
      optional
      maxLength={50}
      placeholder="Standard"
      value={taxCode ?? ''}
      onValueChange={(text) => onChange(text.trim() === '' ? price : { ...price, taxCode: text.trim() })}
    />
  );
}

function Timing({ price, onChange }: Part) {
  return (
    <>
      <Select
        label="Billed every"
        options={[
          { value: 'month', label: 'Month' },
          { value: 'quarter', label: 'Quarter' },
          { value: 'half_year', label: 'Half year' },
          { value: 'year', label: 'Year' },
          { value: 'week', label: 'Week' },
          { value: 'day', label: 'Day' },
        ]}
        value={price.cadence.interval}
        onValueChange={(interval) => onChange({ ...price, cadence: { ...price.cadence, interval } })}
      />
      <Select
        label="When"
        options={[
          { value: 'in_advance', label: 'In advance' },
          { value: 'in_arrears', label: 'Afterwards' },
        ]}
        value={price.timing}
        onValueChange={(timing) => onChange({ ...price, timing })}
      />
    </>
  );
}
