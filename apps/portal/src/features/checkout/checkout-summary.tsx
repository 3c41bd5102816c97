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
import { useMembership } from '../../lib/portal.tsx';
import { ProblemState } from '../../lib/problem.tsx';
import { usePublicRead, useRead } from '../../lib/read.tsx';
import { intervalOf } from '../pricing/offers.ts';
import { NextCharge } from './next-charge.tsx';
import { backAddress, returnAddress } from './return-address.ts';

export interface CheckoutSummaryProps {
  readonly plan: PublicPlan;
  readonly quantity: number;
  readonly onQuantityChange?: ((quantity: number) => void) | undefined;
}

/** Asks the server for the exact sum. It answers with the page where that sum, and no other, is paid. */
function useQuote(plan: PublicPlan, quantity: number) {
  const { base, customer } = useMembership();
  const settled = useLater(quantity, 300);
  const quote = useRead(
    ['quote', plan.key, settled],
    (api, signal) =>
      api.checkouts.start(
        {
          plan: plan.key,
          quantity: settled,
          successUrl: returnAddress(base, customer),
          cancelUrl: backAddress(`${base}/checkout`, customer, {
            plan: plan.key,
            quantity: `${settled}`,
            back: '1',
          }),
        },
        { signal },
      ),
    { staleTimeMs: 0 },
  );
  const net = usePublicRead(['price', plan.key, 'start', settled], (api, signal) =>
    api.plans.preview({ plan: plan.key, quantity: settled }, { signal }),
  );
  return { quote, net, settling: settled !== quantity };
}

export function CheckoutSummary({ plan, quantity, onQuantityChange }: CheckoutSummaryProps) {
  const { mayPay, customer } = useMembership();
  const { quote, net, settling } = useQuote(plan, quantity);
  const { locale } = useLocale();
  const checkout = quote.data;
  const ready = checkout !== undefined && !settling && !quote.isFetching && checkout.url !== null;
  const label =
    checkout === undefined
      ? 'Pay'
      : checkout.amount === '0'
        ? 'Add a card, pay nothing today'
        : `Pay ${formatMoney(checkout.amount, checkout.currency, locale).full}`;
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
      </Card>
      <NextCharge plan={plan} price={net.data} />
      <Button
        variant="primary"
        size="lg"
        wide
        disabled={!mayPay || quote.error !== null}
        busy={!quote.error && !ready}
        onClick={() => checkout?.url && location.assign(checkout.url)}
      >
        {label}
      </Button>
      <p className="text-center text-sm text-muted">
        {mayPay
          ? 'You pay on the page of our payment provider. Your card number never reaches us.'
          : 'Your role may not buy. Ask an owner or admin of your company.'}
      </p>
    </div>
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
    items.push({ label: `${trialDays} days of trial`, value: 'free' });
  } else if (checkout && net) {
    const tax = BigInt(checkout.amount) - BigInt(net.total);
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

function Wait() {
  return <Skeleton className="ms-auto h-5 w-20" />;
}
