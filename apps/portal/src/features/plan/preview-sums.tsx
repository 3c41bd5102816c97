import type { SubscriptionPreview } from '@billhook/sdk/generated/types';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { formatPercent } from '@billhook/ui/format';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useDashboard } from '../dashboard/use-dashboard.ts';

function sumsOf(preview: SubscriptionPreview, dueLabel: ReactNode, locale: string): KeyValueItem[] {
  const { currency } = preview;
  const money = (amountMinor: string) => <Money amountMinor={amountMinor} currency={currency} />;
  return [
    ...preview.lines.map((line) => ({
      label: (
        <>
          {line.description}
          <PeriodText {...line.period} className="block text-sm text-faint" />
        </>
      ),
      value: money(line.amount),
    })),
    ...preview.taxes.map((tax) => ({
      label: `${tax.name} ${formatPercent(Number(tax.rate), locale, { decimals: 2 })}`,
      value: money(tax.tax),
    })),
    ...(preview.creditApplied === '0'
      ? []
      : [{ label: 'From your credit', value: money(`-${preview.creditApplied}`) }]),
    { label: dueLabel, value: money(preview.due), strong: true },
    ...(preview.creditGranted === '0'
      ? []
      : [{ label: 'Kept as credit for later', value: money(preview.creditGranted) }]),
  ];
}

export interface PreviewSumsProps {
  readonly preview: SubscriptionPreview;
  /** The change comes with the renewal: nothing is due before that. */
  readonly later: boolean;
  /** Leaves out which features come and go, where that is told beside it. */
  readonly withoutFeatures?: boolean | undefined;
}

/** Credit for what is left, the new price, tax, today's sum, the next charge, and what one gains and loses. */
export function PreviewSums({ preview, later, withoutFeatures }: PreviewSumsProps) {
  const { locale } = useLocale();
  const several = (useDashboard().data?.subscriptions.length ?? 0) > 1;
  const dueLabel = later ? (
    <>
      Due on <DateText value={preview.effectiveAt} as="weekday" />
    </>
  ) : (
    'Due today'
  );
  const { fromPlan, toPlan, nextCharge, featuresGained, featuresLost } = preview;
  return (
    <>
      {preview.action.includes('add_on') ? null : (
        <h2 className="text-md font-semibold">
          {fromPlan && fromPlan.key !== toPlan.key ? `${fromPlan.name} to ${toPlan.name}` : toPlan.name}
        </h2>
      )}
      <p className="mb-3 text-muted">
        From <DateText value={preview.effectiveAt} as="weekday-time" /> on
      </p>
      <KeyValue layout="sum" items={sumsOf(preview, dueLabel, locale)} />
      {nextCharge ? (
        <p className="mt-2 text-muted">
          {later ? 'The one after' : 'Next charge'}
          {several ? ' for this plan' : ''}:{' '}
          <Money amountMinor={nextCharge.total} currency={preview.currency} /> on{' '}
          <DateText value={nextCharge.at} as="weekday" />, plus what you use.
        </p>
      ) : null}
      {withoutFeatures ? null : <Features gained={featuresGained} lost={featuresLost} />}
    </>
  );
}

function Features({ gained, lost }: { gained: readonly string[]; lost: readonly string[] }) {
  return (
    <ul className="mt-3 flex flex-col gap-1">
      {gained.map((feature) => (
        <li key={feature} className="flex gap-2">
          <Plus aria-label="You gain" size={16} className="mt-0.5 shrink-0 text-ok" />
          {feature}
        </li>
      ))}
      {lost.map((feature) => (
        <li key={feature} className="flex gap-2">
          <Minus aria-label="You lose" size={16} className="mt-0.5 shrink-0 text-problem" />
          <span>
            {feature} <span className="text-muted">is lost</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
