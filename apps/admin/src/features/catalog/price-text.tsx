import type { Meter, Price, PriceDraft } from '@billhook/sdk/generated/types';
import { formatMoney, formatQuantity } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { pricingSentence } from '@billhook/ui/pricing-words';
import { cadenceText } from '../../lib/words.ts';

type Meters = readonly Meter[];

/** What is counted, in a word: the unit of the meter where it is known. */
function unitOf(quantity: Price['quantity'], meters: Meters): string {
  if (quantity.kind === 'seats') return 'seat';
  if (quantity.kind === 'fixed') return 'period';
  return meters.find(({ key }) => key === quantity.meter)?.unit || 'unit';
}

/** `Each month, in advance`, `For API calls, each month, afterwards`. */
export function termsText({ quantity, cadence, timing }: Price, meters: Meters): string {
  const name =
    quantity.kind === 'meter'
      ? `For ${meters.find(({ key }) => key === quantity.meter)?.name ?? quantity.meter}, every`
      : quantity.kind === 'seats'
        ? 'Per seat, every'
        : 'Every';
  return `${name} ${cadenceText(cadence)}, ${timing === 'in_advance' ? 'billed in advance' : 'billed afterwards'}`;
}

/** A unit price with as many decimals as it has, and at least those of money: `0.50`, `0.005`. */
function unitPrice(amount: string, locale: string): string {
  const [, decimals = ''] = amount.split('.');
  const padded = decimals.length === 1 ? `${amount}0` : amount;
  return decimals.length === 1
    ? `${formatQuantity(padded.slice(0, -1), locale)}0`
    : formatQuantity(amount, locale);
}

/** `29.00 EUR / month`, `0.002 EUR / 100 requests`. Tiers are told one by one. */
export function PriceText({
  price,
  currency,
  meters = [],
}: {
  price: PriceDraft;
  currency: string;
  meters?: Meters;
}) {
  const { locale } = useLocale();
  const { pricing, quantity, cadence } = price;
  const unit = unitOf(quantity, meters);
  const per = (count: string) => (count === '1' ? unit : `${formatQuantity(count, locale)} ${unit}`);
  if (pricing.model === 'flat') {
    return (
      <span className="num whitespace-nowrap">
        {formatMoney(pricing.amount, currency, locale).full} / {cadenceText(cadence)}
      </span>
    );
  }
  if (pricing.model === 'per_unit') {
    return (
      <span className="num">
        {unitPrice(pricing.unitAmount, locale)} {currency} / {per(pricing.per)}
      </span>
    );
  }
  if (!('tiers' in pricing) || !('per' in pricing)) {
    return <span className="num">{pricingSentence(pricing, unit, currency, locale)}</span>;
  }
  return (
    <ul className="num">
      {pricing.tiers.map(({ upTo, unitAmount, flatAmount }, index) => (
        <li key={upTo ?? 'rest'} className="flex justify-between gap-4">
          <span className="text-faint">
            {upTo === null
              ? index === 0
                ? 'Each'
                : 'Above that'
              : `${index === 0 ? 'First' : 'Up to'} ${formatQuantity(upTo, locale)}`}
          </span>
          <span className="text-end">
            {unitAmount === '0' && flatAmount === '0'
              ? 'Included'
              : `${unitPrice(unitAmount, locale)} ${currency} / ${per(pricing.per)}`}
            {flatAmount === '0' ? null : (
              <>
                {' + '}
                <Money amountMinor={flatAmount} currency={currency} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
