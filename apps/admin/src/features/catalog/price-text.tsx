import type { Price, PriceDraft } from '@billhook/sdk/generated/types';
import { formatQuantity } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { cadenceText } from '../../lib/words.ts';

/** What is counted, in a word. */
export function countedText(quantity: Price['quantity']): string {
  if (quantity.kind === 'meter') return quantity.meter;
  return quantity.kind === 'seats' ? 'seat' : 'period';
}

/** `29.00 EUR / month`, `0.002 EUR / 100 requests`. Tiers are told one by one. */
export function PriceText({ price, currency }: { price: PriceDraft; currency: string }) {
  const { locale } = useLocale();
  const { pricing, quantity, cadence } = price;
  const unit = countedText(quantity);
  const per = (count: string) => (count === '1' ? unit : `${formatQuantity(count, locale)} ${unit}`);
  if (pricing.model === 'flat') {
    return (
      <span className="num">
        <Money amountMinor={pricing.amount} currency={currency} /> / {cadenceText(cadence)}
      </span>
    );
  }
  if (pricing.model === 'per_unit') {
    return (
      <span className="num">
        {formatQuantity(pricing.unitAmount, locale)} {currency} / {per(pricing.per)}
      </span>
    );
  }
  return (
    <ul className="num">
      {pricing.tiers.map((tier) => (
        <li key={tier.upTo ?? 'rest'}>
          <span className="text-faint">
            {tier.upTo === null ? 'above' : `to ${formatQuantity(tier.upTo, locale)}`}
          </span>{' '}
          {formatQuantity(tier.unitAmount, locale)} {currency} / {per(pricing.per)}
          {tier.flatAmount === '0' ? null : (
            <>
              {' + '}
              <Money amountMinor={tier.flatAmount} currency={currency} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
