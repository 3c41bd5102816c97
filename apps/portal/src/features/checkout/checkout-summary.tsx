import type { Checkout, PublicPlan, PublicPriceAnswer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { formatMoney } from '@billhook/ui/format';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { useLater } from '@billhook/ui/later';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { NumberField } from '@billhook/ui/number-field';
import { Card } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { unitWord } from '@billhook/ui/unit-words';
import { useState } from 'react';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemState } from '../../lib/problem.tsx';
import { usePublicRead, useRead } from '../../lib/read.tsx';
import { intervalOf } from '../pricing/offers.ts';
import { CouponField } from './coupon-field.tsx';
import { NextCharge } from './next-charge.tsx';
import { backAddress, returnAddress } from './return-address.ts';
import { useWaysToPay, WayToPay } from './ways-to-pay.tsx';

export interface CheckoutSummaryProps {
  readonly plan: PublicPlan;
  readonly quantity: number;
  /** The code that was typed; empty for none. */
  readonly coupon: string;
  readonly onCouponChange: (coupon: string) => void;
  readonly onQuantityChange?: ((quantity: number) => void) | undefined;
}

/** Asks the server for the exact sum. It answers with the page where that sum, and no other, is paid. */
function useQuote(plan: PublicPlan, quantity: number, coupon: string, provider: string | undefined) {
  const rebate = coupon === '' ? {} : { coupon };
  const { base, customer } = useMembership();
  const settled = useLater(quantity, 300);
  const quote = useRead(
    ['quote', plan.key, plan.currency, settled, coupon, provider ?? ''],
    (api, signal) =>
      api.checkouts.start(
        {
          plan: plan.key,
          quantity: settled,
          ...rebate,
          ...(provider === undefined ? {} : { provider }),
          successUrl: returnAddress(base, customer),
          cancelUrl: backAddress(`${base}/checkout`, customer, {
            plan: plan.key,
            quantity: `${settled}`,
            ...rebate,
            back: '1',
          }),
        },
        { signal },
      ),
    { staleTimeMs: 0 },
  );
  const net = usePublicRead(['price', plan.key, plan.currency, 'start', settled, coupon], (api, signal) =>
    api.plans.preview({ plan: plan.key, currency: plan.currency, quantity: settled, ...rebate }, { signal }),
  );
  return { quote, net, settling: settled !== quantity };
}

export function CheckoutSummary(props: CheckoutSummaryProps) {
  const { plan, quantity, coupon, onCouponChange, onQuantityChange } = props;
  const { customer } = useMembership();
  const ways = useWaysToPay();
  const [provider, setProvider] = useState<string>();
  const { quote, net, settling } = useQuote(plan, quantity, coupon, provider);
  const checkout = quote.data;
  const ready = checkout !== undefined && !settling && !quote.isFetching && checkout.url !== null;
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <div className="flex flex-wrap items-start justify-between gap-4">
          <div className="min-w-0">
            <h2 className="text-md font-semibold">{plan.name}</h2>
            <p className="text-muted">
              {plan.description ? `${plan.description}. ` : null}
              Paid by the {intervalOf(plan)}, for {customer.name}.
            </p>
          </div>
          {onQuantityChange ? (
            <NumberField
              label="Seats"
              value={quantity}
              min={1}
              max={10_000}
              onValueChange={(next) => onQuantityChange(next ?? 1)}
            />
          ) : null}
        </div>
        <div className="mt-4">
          {quote.error ? (
            <ProblemState
              error={quote.error}
              onRetry={() => void quote.refetch()}
              retrying={quote.isFetching}
              compact
            />
          ) : (
            <Sums checkout={settling ? undefined : checkout} net={net.data} trialDays={plan.trialDays} />
          )}
        </div>
        <div className="mt-4 border-t border-line pt-4">
          <CouponField key={coupon} coupon={coupon} onCouponChange={onCouponChange} />
        </div>
      </Card>
      <NextCharge plan={plan} price={net.data} />
      <WayToPay ways={ways} value={provider} onValueChange={setProvider} />
      <Pay checkout={checkout} failed={quote.error !== null} ready={ready} />
    </div>
  );
}

interface PayProps {
  readonly checkout: Checkout | undefined;
  readonly failed: boolean;
  readonly ready: boolean;
}

/** Leads to the page where that sum, and no other, is paid. */
function Pay({ checkout, failed, ready }: PayProps) {
  const { mayPay } = useMembership();
  const { locale } = useLocale();
  const label =
    checkout === undefined
      ? 'Pay'
      : checkout.amount === '0'
        ? checkout.provider === 'paypal'
          ? 'Add PayPal, pay nothing today'
          : 'Add a card, pay nothing today'
        : `Pay ${formatMoney(checkout.amount, checkout.currency, locale).full}`;
  return (
    <>
      <Button
        variant="primary"
        size="lg"
        wide
        disabled={!mayPay || failed}
        busy={!failed && !ready}
        onClick={() => checkout?.url && location.assign(checkout.url)}
      >
        {label}
      </Button>
      <p className="text-center text-sm text-muted">
        {mayPay
          ? checkout?.provider === 'paypal'
            ? 'You pay at PayPal. We see the address of your account there, and nothing else.'
            : 'You pay on the page of our payment provider. Your card number never reaches us.'
          : 'Your role may not buy. Ask an owner or admin of your company.'}
      </p>
    </>
  );
}

interface SumsProps {
  readonly checkout: Checkout | undefined;
  readonly net: PublicPriceAnswer | undefined;
  readonly trialDays: number;
}

/** Lines before tax, what tax adds, and the sum of today. Both ends come from the server; tax is between them. */
function Sums({ checkout, net, trialDays }: SumsProps) {
  const due = checkout ? <Money amountMinor={checkout.amount} currency={checkout.currency} /> : <Wait />;
  const items: KeyValueItem[] = [];
  if (trialDays > 0) {
    items.push({ label: `${trialDays} ${unitWord(`${trialDays}`, 'days')} of trial`, value: 'free' });
  } else if (checkout && net) {
    const tax = BigInt(checkout.amount) - BigInt(net.total);
    for (const { name, amount } of discountsOf(net))
      items.push({ label: name, value: <Money amountMinor={`-${amount}`} currency={net.currency} /> });
    items.push({ label: 'Before tax', value: <Money amountMinor={net.total} currency={net.currency} /> });
    if (tax >= 0n)
      items.push({ label: 'Tax', value: <Money amountMinor={`${tax}`} currency={net.currency} /> });
    else
      items.push({
        label: 'Credit and tax',
        value: <Money amountMinor={`${tax}`} currency={net.currency} />,
      });
  } else {
    items.push({ label: 'Before tax', value: <Wait /> }, { label: 'Tax', value: <Wait /> });
  }
  return <KeyValue layout="sum" items={[...items, { label: 'Due today', value: due, strong: true }]} />;
}

/** What each coupon takes off all lines together. */
function discountsOf({ lines }: PublicPriceAnswer): { name: string; amount: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const { discounts } of lines)
    for (const { coupon, amount } of discounts) sums.set(coupon, (sums.get(coupon) ?? 0n) + BigInt(amount));
  return [...sums].map(([name, amount]) => ({ name, amount }));
}

function Wait() {
  return <Skeleton className="ms-auto h-5 w-20" />;
}
