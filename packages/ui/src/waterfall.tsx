import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { BareLink } from './link.tsx';
import { Money } from './money.tsx';

export interface WaterfallStep {
  readonly label: ReactNode;
  /** For a movement what it adds or takes; for a total the sum at that point. */
  readonly amountMinor: string;
  readonly kind: 'total' | 'movement';
  /** The activities behind the bar. */
  readonly href?: string | undefined;
}

export interface WaterfallProps {
  readonly label: string;
  readonly steps: readonly WaterfallStep[];
  readonly currency: string;
}

interface Bar {
  readonly from: number;
  readonly to: number;
}

/** Where each bar begins and ends. Totals start at zero; movements where the one before ended. */
export function waterfallBars(steps: readonly Pick<WaterfallStep, 'amountMinor' | 'kind'>[]): Bar[] {
  let level = 0n;
  return steps.map(({ amountMinor, kind }) => {
    const from = kind === 'total' ? 0n : level;
    level = kind === 'total' ? BigInt(amountMinor) : level + BigInt(amountMinor);
    return { from: Number(from), to: Number(level) };
  });
}

/** From one total to the next, movement by movement. Lies on its side, so that the amounts stand in a column. */
export function Waterfall({ label, steps, currency }: WaterfallProps) {
  const bars = waterfallBars(steps);
  const edges = bars.flatMap((bar) => [bar.from, bar.to]);
  const min = drawnFrom(edges);
  const span = Math.max(0, ...edges) - min || 1;
  const cut = min > 0;
  const share = (value: number) => `${((value - min) / span) * 100}%`;
  return (
    <table className="w-full border-separate border-spacing-0">
      <caption className="sr-only">{label}</caption>
      <tbody>
        {steps.map((step, index) => {
          const bar = bars[index] ?? { from: 0, to: 0 };
          const total = step.kind === 'total';
          const edge = total ? 'border-t border-line-strong font-semibold' : '';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the sequence.
            <tr key={index} className="h-9">
              <th scope="row" className={cx('w-px whitespace-nowrap pe-4 text-start font-normal', edge)}>
                {step.href ? (
                  <BareLink
                    href={step.href}
                    className="rounded-[3px] underline decoration-line-strong underline-offset-2 hover:decoration-current"
                  >
                    {step.label}
                  </BareLink>
                ) : (
                  step.label
                )}
              </th>
              <td aria-hidden="true" className={edge}>
                <span className="relative block h-3">
                  <span
                    className="absolute -inset-y-3 w-px bg-line-strong"
                    style={{ insetInlineStart: share(Math.max(0, min)) }}
                  />
                  <span
                    className={cx(
                      'fill-forced absolute inset-y-0 min-w-px rounded-[2px]',
                      tone(total, bar),
                      total && cut && 'bar-cut',
                    )}
                    style={{
                      insetInlineStart: share(Math.max(min, Math.min(bar.from, bar.to))),
                      width: `${(Math.abs(bar.to - Math.max(min, bar.from)) / span) * 100}%`,
                    }}
                  />
                </span>
              </td>
              <td className={cx('w-px ps-4 text-end', edge)}>
                <Money amountMinor={step.amountMinor} currency={currency} plus={!total} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/**
 * Movements are small beside the totals. Where they would be hairs, the picture starts below them and not at zero,
 * and the totals are drawn with an open end, so that nobody reads their length.
 */
export function drawnFrom(edges: readonly number[]): number {
  const low = Math.min(...edges.filter((edge) => edge !== 0));
  const high = Math.max(...edges);
  const range = high - low;
  return low > 0 && range > 0 && range < high * 0.5 ? low - range : Math.min(0, ...edges);
}

function tone(total: boolean, bar: Bar): string {
  if (total) return 'bg-control';
  return bar.to >= bar.from ? 'bg-ok' : 'bg-problem';
}
