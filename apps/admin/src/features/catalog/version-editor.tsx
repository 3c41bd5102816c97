import type { PlanKind } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { NumberField } from '@billhook/ui/number-field';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { Plus } from 'lucide-react';
import { CurrenciesEditor } from './currencies-editor.tsx';
import { PriceEditor } from './price-editor.tsx';
import { useFeatures, useMeters } from './queries.ts';
import { RightsEditor } from './rights-editor.tsx';
import { newPrice, replaceAt, type VersionDraft, withoutAt } from './version-draft.ts';

export interface VersionEditorProps {
  readonly draft: VersionDraft;
  readonly onChange: (draft: VersionDraft) => void;
  /** An add-on has no trial, and what is charged once has prices alone. */
  readonly kind: PlanKind;
  /** A plan keeps its currency. */
  readonly fixedCurrency?: boolean | undefined;
}

const RIGHTS = {
  plan: 'What customers of this plan may use.',
  add_on: 'What it grants beside the plan. Limits are added to those of the plan.',
} as const;

/** Prices and entitlements of a version while it is written. */
export function VersionEditor({ draft, onChange, kind, fixedCurrency }: VersionEditorProps) {
  const meters = useMeters().data?.data ?? [];
  const features = useFeatures().data?.data ?? [];
  const { prices } = draft;
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap gap-6">
        <TextField
          name="currency"
          label="Currency"
          className="w-24"
          maxLength={3}
          required
          disabled={fixedCurrency}
          value={draft.currency}
          onValueChange={(currency) => onChange({ ...draft, currency: currency.trim().toUpperCase() })}
        />
        {kind === 'plan' ? (
          <NumberField
            name="trialDays"
            label="Trial days"
            min={0}
            max={730}
            value={draft.trialDays}
            onValueChange={(trialDays) => onChange({ ...draft, trialDays: trialDays ?? 0 })}
          />
        ) : null}
      </div>
      <Section title="Prices" description={kind === 'plan' ? 'A plan without prices is free.' : undefined}>
        <div className="flex flex-col gap-4">
          {prices.map((price, index) => (
            <PriceEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: keys of prices are being typed and may be equal meanwhile.
              key={index}
              price={price}
              currency={/^[A-Z]{3}$/.test(draft.currency) ? draft.currency : 'EUR'}
              meters={meters}
              onChange={(next) => onChange({ ...draft, prices: replaceAt(prices, index, next) })}
              onRemove={() => onChange({ ...draft, prices: withoutAt(prices, index) })}
            />
          ))}
          <div>
            <Button icon={Plus} onClick={() => onChange({ ...draft, prices: [...prices, newPrice(prices)] })}>
              Add price
            </Button>
          </div>
        </div>
      </Section>
      <CurrenciesEditor draft={draft} meters={meters} onChange={onChange} />
      {kind === 'one_off' ? null : (
        <Section title="Entitlements" description={RIGHTS[kind]}>
          <RightsEditor
            rights={draft.entitlements}
            features={features}
            onChange={(entitlements) => onChange({ ...draft, entitlements })}
          />
        </Section>
      )}
    </div>
  );
}
