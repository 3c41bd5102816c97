import { Check, Minus } from 'lucide-react';
import { Children, type ReactNode } from 'react';
import { cx } from './cx.ts';
import type { MoneyAmount } from './money.tsx';
import { Money } from './money.tsx';
import { Segmented } from './segmented.tsx';
import { Badge } from './status.tsx';

export interface PlanFeature {
  readonly text: ReactNode;
  /** False is said as well as left out: what a plan does not have must be seen before it is bought. */
  readonly included?: boolean | undefined;
}

export interface PlanCardProps {
  readonly name: ReactNode;
  readonly description?: ReactNode;
  /** Null for a price that is agreed in person; then `priceText` says so. */
  readonly price: MoneyAmount | null;
  readonly priceText?: ReactNode;
  /** "per month", "per seat and month". */
  readonly per?: ReactNode;
  /** "14 days free", "billed 590.00 EUR a year". Its place is kept where another card has one. */
  readonly note?: ReactNode;
  readonly features: readonly PlanFeature[];
  readonly featuresTitle?: ReactNode;
  readonly action: ReactNode;
  /** "Current plan", "Most chosen". */
  readonly mark?: ReactNode;
  /** Draws a stronger edge around the one plan that is meant for most. */
  readonly highlighted?: boolean | undefined;
}

/** One plan on a pricing page: what it costs first, then what is in it. */
export function PlanCard(props: PlanCardProps) {
  const { name, description, price, priceText, per, note, features, action, mark, highlighted } = props;
  return (
    <article
      className={cx(
        'flex min-w-0 flex-col rounded-lg border bg-surface p-6',
        highlighted ? 'border-accent-text ring-1 ring-accent-text' : 'border-line-strong',
      )}
    >
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-2">
        <h3 className="text-md font-semibold">{name}</h3>
        {mark ? <Badge tone={highlighted ? 'ok' : 'neutral'}>{mark}</Badge> : null}
      </div>
      <p className="mt-1 min-h-10 text-muted">{description}</p>
      <p className="mt-4 flex flex-wrap items-baseline gap-x-2">
        <span className="figure">{price ? <Money {...price} /> : priceText}</span>
        <span className="text-muted">{per}</span>
      </p>
      <p className="mt-1 min-h-5 text-sm text-muted">{note}</p>
      <div className="mt-5">{action}</div>
      {props.featuresTitle ? <p className="mt-6 text-sm font-medium">{props.featuresTitle}</p> : null}
      <ul className={cx('flex flex-col gap-2', props.featuresTitle ? 'mt-2' : 'mt-6')}>
        {features.map(({ text, included = true }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the features of a published plan never change places.
          <li key={index} className={cx('flex gap-2', !included && 'text-faint')}>
            {included ? (
              <Check aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-ok" />
            ) : (
              <Minus aria-hidden="true" size={16} className="mt-0.5 shrink-0" />
            )}
            <span className="min-w-0">{text}</span>
          </li>
        ))}
      </ul>
    </article>
  );
}

/** Plans side by side where there is room, cheapest first. */
export function PlanGrid({ children }: { children: ReactNode }) {
  const count = Children.count(children);
  // Four stand two by two: three and one below would look like a mistake. One alone is no wider than beside others.
  const columns =
    count === 1
      ? 'mx-auto w-full max-w-lg'
      : count === 4
        ? 'sm:grid-cols-2'
        : 'grid-cols-[repeat(auto-fit,minmax(min(17rem,100%),1fr))]';
  return <div className={cx('grid items-stretch gap-4', columns)}>{children}</div>;
}

export type Interval = 'month' | 'year';

export interface IntervalToggleProps {
  readonly value: Interval;
  readonly onValueChange: (value: Interval) => void;
  readonly labels: { readonly group: string; readonly month: string; readonly year: string };
  /** What paying by the year saves: "2 months free". */
  readonly saving?: ReactNode;
}

/** Prices by the month or by the year. */
export function IntervalToggle({ value, onValueChange, labels, saving }: IntervalToggleProps) {
  return (
    <span className="inline-flex flex-wrap items-center justify-center gap-3">
      <Segmented
        label={labels.group}
        value={value}
        onValueChange={onValueChange}
        options={[
          { value: 'month', label: labels.month },
          { value: 'year', label: labels.year },
        ]}
      />
      {saving ? <span className="text-sm text-ok">{saving}</span> : null}
    </span>
  );
}
