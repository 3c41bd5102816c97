import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { formatPercent } from './format.ts';
import { useLocale } from './locale.tsx';

/** Used over limit as a share, from decimal strings. Only for drawing: what is billed never passes here. */
export function usedRatio(used: string, limit: string): number {
  const cap = Number(limit);
  return cap > 0 ? Number(used) / cap : Number(used) > 0 ? 1 : 0;
}

export interface MeterBarProps {
  readonly label: ReactNode;
  /** A decimal string. */
  readonly used: string;
  /** A decimal string; null when there is no limit. */
  readonly limit: string | null;
  /** How used and limit are written, such as `<Quantity …/>`. */
  readonly usedText: ReactNode;
  readonly limitText?: ReactNode;
  /** What happens beyond the limit: "0.02 EUR per request beyond it". */
  readonly note?: ReactNode;
  /** Beyond the limit costs money and does not stop. Then over 100 % is drawn as attention, not as problem. */
  readonly overageAllowed?: boolean | undefined;
}

function toneOf(ratio: number, overageAllowed: boolean): string {
  if (ratio > 1) return overageAllowed ? 'bg-attention-fill' : 'bg-problem';
  if (ratio >= 0.95) return 'bg-problem';
  return ratio >= 0.8 ? 'bg-attention-fill' : 'bg-accent';
}

/** How much of something is used, its limit drawn, with marks where the warnings go out. */
export function MeterBar(props: MeterBarProps) {
  const { label, used, limit, usedText, limitText, note, overageAllowed = false } = props;
  const { locale } = useLocale();
  const labelId = useId();
  const ratio = limit === null ? null : usedRatio(used, limit);
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
        <span id={labelId} className="font-medium">
          {label}
        </span>
        <span className="num text-muted">
          <span className="font-medium text-text">{usedText}</span>
          {limitText ? <> / {limitText}</> : null}
        </span>
      </div>
      {ratio === null ? null : (
        <MeterTrack ratio={ratio} tone={toneOf(ratio, overageAllowed)} labelId={labelId} />
      )}
      <div className="mt-1 flex min-h-5 justify-between gap-4 text-sm text-faint">
        <span>{note}</span>
        {ratio === null ? null : <span className="num">{formatPercent(ratio, locale, { decimals: 0 })}</span>}
      </div>
    </div>
  );
}

function MeterTrack({ ratio, tone, labelId }: { ratio: number; tone: string; labelId: string }) {
  // Above the limit the bar is scaled so that the limit stays visible inside it.
  const full = Math.max(1, ratio);
  const share = (part: number) => `${(part / full) * 100}%`;
  const shown = Math.round(Math.min(ratio, 9.99) * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot draw its limit and marks.
    <div
      role="meter"
      aria-labelledby={labelId}
      aria-valuemin={0}
      aria-valuemax={Math.max(100, shown)}
      aria-valuenow={shown}
      className="edge-forced relative mt-2 h-2 rounded-full bg-pressed"
    >
      <span
        className={cx('fill-forced absolute inset-y-0 start-0 rounded-full', ratio > 1 ? 'bg-accent' : tone)}
        style={{ width: share(Math.min(ratio, 1)) }}
      />
      {ratio > 1 ? (
        <span
          className={cx('absolute inset-y-0 rounded-e-full', tone)}
          style={{ insetInlineStart: share(1), width: share(ratio - 1) }}
        />
      ) : null}
      {[0.8, 0.95].map((mark) => (
        <span
          key={mark}
          className="absolute inset-y-0 w-px bg-surface"
          style={{ insetInlineStart: share(mark) }}
        />
      ))}
      <span
        className="absolute -inset-y-1 w-0.5 -translate-x-px bg-text rtl:translate-x-px"
        style={{ insetInlineStart: share(1) }}
      />
    </div>
  );
}
