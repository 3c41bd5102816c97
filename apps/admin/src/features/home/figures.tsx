import type { Revenue } from '@billhook/sdk/generated/types';
import { Money, Quantity } from '@billhook/ui/money';
import { Stat, StatRow } from '@billhook/ui/stat';

/** The difference of MRR to the start of the running month. */
function thisMonth(revenue: Revenue): string {
  const last = revenue.months.at(-1);
  return last ? (BigInt(last.mrrEnd) - BigInt(last.mrrStart)).toString() : '0';
}

function readingOf(amount: string): 'good' | 'bad' | 'neutral' {
  const value = BigInt(amount);
  return value > 0n ? 'good' : value < 0n ? 'bad' : 'neutral';
}

/** The numbers that are asked for first. Each leads to the list it is the sum of. */
export function Figures({ revenue }: { revenue: Revenue | undefined }) {
  const money = (amountMinor: string, currency: string) => (
    <Money amountMinor={amountMinor} currency={currency} />
  );
  const count = (value: number) => <Quantity value={String(value)} />;
  const delta = revenue ? thisMonth(revenue) : null;
  const failed = revenue?.failedPaymentsThisMonth ?? 0;
  return (
    <StatRow>
      <Stat
        label="Monthly recurring revenue"
        value={revenue ? money(revenue.mrr, revenue.currency) : null}
        delta={
          revenue && delta !== null
            ? {
                text: (
                  <>
                    <Money amountMinor={delta} currency={revenue.currency} plus /> this month
                  </>
                ),
                reading: readingOf(delta),
              }
            : undefined
        }
        href="/customers?status=active"
      />
      <Stat
        label="Cash this month"
        value={revenue ? money(revenue.cashThisMonth, revenue.currency) : null}
        delta={
          failed > 0
            ? { text: `${failed} failed ${failed === 1 ? 'payment' : 'payments'}`, reading: 'bad' }
            : undefined
        }
        note={revenue ? (failed === 0 ? 'No payment failed' : undefined) : undefined}
        href={failed > 0 ? '/payments?status=failed' : '/payments?status=succeeded'}
      />
      <Stat
        label="Open receivable"
        value={revenue ? money(revenue.openReceivable, revenue.currency) : null}
        note={
          revenue && revenue.refundsThisMonth !== '0' ? (
            <>{money(revenue.refundsThisMonth, revenue.currency)} refunded this month</>
          ) : undefined
        }
        href="/invoices?status=open"
      />
      <Stat
        label="Active subscriptions"
        value={revenue ? count(revenue.activeSubscriptions) : null}
        delta={
          revenue && revenue.pastDueSubscriptions > 0
            ? { text: `${revenue.pastDueSubscriptions} past due`, reading: 'bad' }
            : undefined
        }
        note={revenue ? `${revenue.trialingSubscriptions} in trial` : undefined}
        href="/customers?status=active"
      />
    </StatRow>
  );
}
