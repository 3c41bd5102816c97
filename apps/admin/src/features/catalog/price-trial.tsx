import type { PlanVersion, Pricing } from '@billhook/sdk/generated/types';
import { cx } from '@billhook/ui/cx';
import { exactText } from '@billhook/ui/explanation-steps';
import { currencyDecimals, formatQuantity } from '@billhook/ui/format';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { usePricePreview } from './queries.ts';

/** Type a quantity, see what it costs and why, before any customer does. */
export function PriceTrial({ version }: { version: PlanVersion }) {
  const priced = version.prices.filter(({ pricing }) => pricing.model !== 'flat');
  const [key, setKey] = useState(priced[0]?.key ?? null);
  const price = priced.find((one) => one.key === key);
  if (!price) return null;
  return (
    <Section title="Try a quantity" description="Calculated by the same engine that bills it.">
      <div className="flex max-w-2xl flex-col gap-3">
        {priced.length > 1 ? (
          <Select
            label="Price"
            className="w-64"
            options={priced.map((one) => ({ value: one.key, label: one.name }))}
            value={key}
            onValueChange={setKey}
          />
        ) : null}
        <PriceTrace pricing={price.pricing} currency={version.currency} />
      </div>
    </Section>
  );
}

interface PriceTraceProps {
  /** Null while it is being typed. */
  readonly pricing: Pricing | null;
  readonly currency: string;
}

/** A quantity, its amount, and each step between. */
export function PriceTrace({ pricing, currency }: PriceTraceProps) {
  const { locale } = useLocale();
  const [quantity, setQuantity] = useState('1000');
  const later = useLater(quantity.trim(), 150);
  const preview = usePricePreview(useLater(pricing, 150), later, currency);
  // What was shown before is of another price.
  const data = pricing === null ? undefined : preview.data;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
        <TextField
          label="Quantity"
          inputMode="decimal"
          className="w-40"
          value={quantity}
          onValueChange={setQuantity}
        />
        <p
          aria-busy={preview.isFetching || undefined}
          className={cx(
            'num flex h-9 items-center text-md font-semibold',
            preview.isPlaceholderData && 'opacity-55',
          )}
        >
          {data && !preview.error ? <Money amountMinor={data.amount} currency={currency} /> : '–'}
        </p>
      </div>
      {pricing !== null && preview.error ? <ProblemState error={preview.error} compact /> : null}
      {data && !preview.error ? (
        <ol className="num text-sm text-muted">
          {data.tiers.map((tier) => (
            <li key={tier.from} className="flex justify-between gap-4 border-b border-line py-1">
              <span>
                {formatQuantity(tier.quantity, locale)}
                {/^0(?:\.0+)?$/.test(tier.unitAmount)
                  ? ' included'
                  : ` × ${formatQuantity(tier.unitAmount, locale)} ${currency}${tier.per === '1' ? '' : ` per ${formatQuantity(tier.per, locale)}`}`}
                {tier.flatAmount === '0' ? null : (
                  <>
                    {' + '}
                    <Money amountMinor={tier.flatAmount} currency={currency} />
                  </>
                )}
              </span>
              <span>{exactText(tier.exact, currencyDecimals(currency))}</span>
            </li>
          ))}
          <li className="flex justify-between gap-4 py-1">
            <span>Sum, rounded once</span>
            <span>
              {exactText(data.rounding.exact, currencyDecimals(currency))} →{' '}
              <Money amountMinor={data.rounding.amount} currency={currency} />
            </span>
          </li>
        </ol>
      ) : null}
    </div>
  );
}
