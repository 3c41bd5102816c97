import { counted } from '@billhook/core/kernel/counted';
import type { Coupon, CouponDuration, CouponValue } from '@billhook/sdk/generated/types';
import { formatPercent } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';

/** What a coupon takes off: in this currency alone, or in all of them. */
export function CouponValueText({ value, currency }: { value: CouponValue; currency?: string | undefined }) {
  const { locale } = useLocale();
  if (value.kind === 'percent')
    return <>{formatPercent(Number(value.percent) / 100, locale, { decimals: 2 })} off</>;
  const amounts = Object.entries(value.amounts).filter(
    ([code]) => currency === undefined || code === currency,
  );
  return (
    <>
      {amounts.map(([code, amount], index) => (
        <span key={code}>
          {index === 0 ? '' : ' or '}
          <Money amountMinor={amount} currency={code} />
        </span>
      ))}{' '}
      off each period
    </>
  );
}

export function durationText(duration: CouponDuration): string {
  if (duration.kind === 'forever') return 'Every period';
  if (duration.kind === 'once') return 'The first period';
  return duration.count === 1 ? 'The first period' : counted(duration.count, 'period');
}

/** `3 of 100`, or just how often. */
export function redemptionText({ redemptions, maxRedemptions }: Coupon): string {
  return maxRedemptions === null ? `${redemptions}` : `${redemptions} of ${maxRedemptions}`;
}
