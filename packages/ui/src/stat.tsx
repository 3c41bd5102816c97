import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { BareLink } from './link.tsx';
import { Skeleton } from './skeleton.tsx';

export interface StatProps {
  readonly label: ReactNode;
  /** A `Money`, `Quantity` or text. Null while it loads: the place is kept. */
  readonly value: ReactNode | null;
  /** What it was before, or where it is heading. `good` and `bad` say how to read it. */
  readonly delta?: { readonly text: ReactNode; readonly reading: 'good' | 'bad' | 'neutral' } | undefined;
  readonly note?: ReactNode;
  /** Where the number comes from. */
  readonly href?: string | undefined;
  readonly children?: ReactNode;
}

const READING = { good: 'text-ok', bad: 'text-problem', neutral: 'text-muted' } as const;

/** One number that matters: label, the number, what changed. With `href`, the whole leads to its proof. */
export function Stat({ label, value, delta, note, href, children }: StatProps) {
  const body = (
    <>
      <span className="text-sm text-muted">{label}</span>
      <span className="num figure flex h-9 items-center">
        {value === null ? <Skeleton className="h-7 w-32" /> : value}
      </span>
      <div>
        <span className="flex min-h-5 flex-wrap gap-x-2 text-sm">
          {delta ? <span className={cx('num', READING[delta.reading])}>{delta.text}</span> : null}
          {note ? <span className="text-faint">{note}</span> : null}
        </span>
        {children}
      </div>
    </>
  );
  // Its three lines are those of its neighbours, so that numbers stand beside numbers where a label takes two lines.
  const look = 'row-span-3 grid min-w-0 grid-rows-subgrid content-start gap-y-1';
  if (!href) return <div className={look}>{body}</div>;
  return (
    <BareLink href={href} className={cx(look, '-m-2 rounded-md p-2 hover:bg-hover')}>
      {body}
    </BareLink>
  );
}

/** Numbers side by side, apart by space and a hairline. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(min(8.5rem,100%),1fr))] gap-x-4 gap-y-4 sm:grid-cols-[repeat(auto-fit,minmax(11rem,1fr))] sm:gap-x-8 sm:gap-y-6 border-y border-line py-4">
      {children}
    </div>
  );
}
