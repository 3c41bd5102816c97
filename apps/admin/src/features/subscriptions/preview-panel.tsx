import type { DraftLine, SubscriptionPreview } from '@billhook/sdk/generated/types';
import { cx } from '@billhook/ui/cx';
import { DateText, PeriodText } from '@billhook/ui/date-text';
import { KeyValue, type KeyValueItem } from '@billhook/ui/key-value';
import { Money } from '@billhook/ui/money';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { Explanation } from '../invoices/explanation.tsx';
import { stepText } from './step-words.tsx';

export interface PreviewPanelProps {
  readonly preview: SubscriptionPreview | undefined;
  /** The figures are of the choice before; new ones are on their way. */
  readonly stale: boolean;
}

/** Lines, tax and sums of what would be charged, before anything is. */
export function PreviewPanel({ preview, stale }: PreviewPanelProps) {
  if (!preview) return <SkeletonText lines={6} />;
  return (
    <div className={cx('flex flex-col gap-4', stale && 'opacity-55')} aria-busy={stale || undefined}>
      <Consequences preview={preview} />
      {preview.lines.length > 0 ? (
        <ul>
          {preview.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one preview have no identity but their place.
            <PreviewLine key={index} line={line} />
          ))}
        </ul>
      ) : (
        <p className="text-muted">
          {preview.dueToday === preview.due ? 'Nothing is charged today.' : 'Nothing is charged then.'}
        </p>
      )}
      <KeyValue layout="sum" items={sumsOf(preview)} />
      {preview.action === 'start' ? <Ahead steps={preview.schedule} /> : null}
    </div>
  );
}

/** The phases and the end that were agreed with the start. */
function Ahead({ steps }: { steps: SubscriptionPreview['schedule'] }) {
  if (steps.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">Then by itself</h3>
      <ol>
        {steps.map((step) => (
          <li key={step.id} className="flex flex-wrap justify-between gap-x-4 border-b border-line py-1.5">
            <span>{stepText(step)}</span>
            <DateText value={step.at} as="weekday" className="text-muted" />
          </li>
        ))}
      </ol>
    </div>
  );
}

function PreviewLine({ line }: { line: DraftLine }) {
  return (
    <li className="border-b border-line">
      <details>
        <summary className="flex cursor-pointer items-baseline justify-between gap-4 rounded-[4px] py-2">
          <span className="min-w-0">
            {line.description}
            <PeriodText
              start={line.period.start}
              end={line.period.end}
              className="block text-sm text-faint"
            />
            {line.discounts.map(({ coupon, couponId, amount }) => (
              <span key={couponId} className="block text-sm text-muted">
                {coupon} <Money amountMinor={`-${amount}`} currency={line.currency} hideCurrency />
              </span>
            ))}
          </span>
          <Money amountMinor={line.amount} currency={line.currency} />
        </summary>
        <div className="mb-2 rounded-md bg-sunk px-3 py-2 text-sm">
          <Explanation explanation={line.explanation} currency={line.currency} unit={line.unit} />
        </div>
      </details>
    </li>
  );
}

function sumsOf(preview: SubscriptionPreview): KeyValueItem[] {
  const money = (amountMinor: string) => <Money amountMinor={amountMinor} currency={preview.currency} />;
  return [
    ...preview.taxes.map((tax) => ({ label: tax.name, value: money(tax.tax) })),
    ...(preview.creditApplied === '0'
      ? []
      : [{ label: 'Paid from credit', value: money(`-${preview.creditApplied}`) }]),
    ...(isLater(preview) ? [{ label: 'Due when it takes effect', value: money(preview.due) }] : []),
    { label: 'Due today', value: money(preview.dueToday), strong: true },
    ...(preview.creditGranted === '0'
      ? []
      : [{ label: 'Becomes credit', value: money(preview.creditGranted) }]),
    ...(preview.nextCharge
      ? [
          {
            label: (
              <>
                Next invoice, <DateText value={preview.nextCharge.at} as="weekday" />
              </>
            ),
            value: money(preview.nextCharge.total),
          },
        ]
      : []),
  ];
}

/** The invoice of the effect is another one than that of today. */
function isLater({ due, dueToday, lines }: SubscriptionPreview): boolean {
  return due !== dueToday && lines.length > 0;
}

/** When it takes effect, and what comes and goes with it. */
function Consequences({ preview }: { preview: SubscriptionPreview }) {
  const { featuresGained, featuresLost, trialEndAt } = preview;
  return (
    <>
      <p className="text-muted">
        Takes effect <DateText value={preview.effectiveAt} as="weekday-time" />
        {trialEndAt ? (
          <>
            , free until <DateText value={trialEndAt} as="weekday" />
          </>
        ) : null}
        .{featuresGained.length > 0 ? ` Adds ${featuresGained.join(', ')}.` : null}
      </p>
      {featuresLost.length > 0 ? (
        <Banner tone="attention" title="The customer loses">
          {featuresLost.join(', ')}
        </Banner>
      ) : null}
    </>
  );
}
