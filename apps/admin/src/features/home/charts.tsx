import type { Revenue } from '@billhook/sdk/generated/types';
import { formatMoney } from '@billhook/ui/format';
import { formatMonth } from '@billhook/ui/format-date';
import { LineChart } from '@billhook/ui/line-chart';
import { useLocale } from '@billhook/ui/locale';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Waterfall, type WaterfallStep } from '@billhook/ui/waterfall';

export function MrrChart({ revenue }: { revenue: Revenue | undefined }) {
  const { locale } = useLocale();
  const months = revenue?.months ?? [];
  return (
    <LineChart
      title="Recurring revenue, twelve months"
      labels={months.map(({ month }) => formatMonth(month, locale))}
      series={[{ name: 'MRR', values: months.map(({ mrrEnd }) => mrrEnd) }]}
      format={(value) => formatMoney(value, revenue?.currency ?? 'EUR', locale).full}
      loading={revenue === undefined}
      note="Sum of what active subscriptions pay each month, without usage."
    />
  );
}

function stepsOf(revenue: Revenue, locale: string): WaterfallStep[] {
  const last = revenue.months.at(-1);
  if (!last) return [];
  const movement = (label: string, amount: string, sign: '' | '-'): WaterfallStep => ({
    label,
    amountMinor: amount === '0' || amount.startsWith('-') ? amount : `${sign}${amount}`,
    kind: 'movement',
  });
  return [
    { label: `Start of ${formatMonth(last.month, locale)}`, amountMinor: last.mrrStart, kind: 'total' },
    movement('New', last.new, ''),
    movement('Expansion', last.expansion, ''),
    movement('Reactivation', last.reactivation, ''),
    movement('Contraction', last.contraction, '-'),
    movement('Churn', last.churn, '-'),
    { label: 'Now', amountMinor: last.mrrEnd, kind: 'total' },
  ];
}

/** What moved recurring revenue in the running month. */
export function Movements({ revenue }: { revenue: Revenue | undefined }) {
  const { locale } = useLocale();
  return (
    <Section title="Movements this month">
      {revenue ? (
        <Waterfall
          label="Movements of recurring revenue this month"
          steps={stepsOf(revenue, locale)}
          currency={revenue.currency}
        />
      ) : (
        <Skeleton className="h-56 w-full" />
      )}
    </Section>
  );
}
