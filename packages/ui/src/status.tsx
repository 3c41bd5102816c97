import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'ok' | 'attention' | 'problem' | 'info' | 'neutral';

const DOTS: Record<Tone, string> = {
  ok: 'bg-ok',
  attention: 'bg-attention-fill',
  problem: 'bg-problem',
  info: 'bg-info',
  neutral: 'bg-control',
};

const BADGES: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  attention: 'bg-attention-soft text-attention',
  problem: 'bg-problem-soft text-problem',
  info: 'bg-info-soft text-info',
  neutral: 'bg-pressed text-muted',
};

/** A state as dot and word. The word carries it; the dot lets the eye find it in a column. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className={cx('fill-forced size-2 shrink-0 rounded-full', DOTS[tone])} />
      {children}
    </span>
  );
}

/** A short mark beside a title, such as an environment or "beta". In tables take `Status`. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone | undefined; children: ReactNode }) {
  return (
    <span
      className={cx(
        'edge-forced inline-flex h-5 items-center whitespace-nowrap rounded-[4px] px-1.5 text-xs font-medium',
        BADGES[tone],
      )}
    >
      {children}
    </span>
  );
}

export const TONE_ICONS: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  attention: TriangleAlert,
  problem: CircleAlert,
  info: Info,
  neutral: Info,
};

const TONE_TEXT: Record<Tone, string> = {
  ok: 'text-ok',
  attention: 'text-attention',
  problem: 'text-problem',
  info: 'text-info',
  neutral: 'text-muted',
};

const TONE_SOFT: Record<Tone, string> = {
  ok: 'bg-ok-soft',
  attention: 'bg-attention-soft',
  problem: 'bg-problem-soft',
  info: 'bg-info-soft',
  neutral: 'bg-sunk',
};

export interface BannerProps {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** The one step to take. */
  readonly action?: ReactNode;
}

/** A state that concerns the whole screen: a trial's end, a failed payment, late data. */
export function Banner({ tone, title, children, action }: BannerProps) {
  const Icon = TONE_ICONS[tone];
  return (
    <section
      className={cx(
        'edge-forced flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md px-4 py-3',
        TONE_SOFT[tone],
      )}
    >
      <div className="flex min-w-0 grow basis-60 gap-2.5">
        <Icon aria-hidden="true" size={16} className={cx('mt-0.5 shrink-0', TONE_TEXT[tone])} />
        <div className="min-w-0">
          <p className="font-medium">{title}</p>
          {children ? <div className="text-muted">{children}</div> : null}
        </div>
      </div>
      {action}
    </section>
  );
}
