import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface KeyValueItem {
  readonly label: ReactNode;
  readonly value: ReactNode;
  /** Sums and results stand out. */
  readonly strong?: boolean | undefined;
}

export interface KeyValueProps {
  readonly items: readonly KeyValueItem[];
  /** `facts` reads like a record; `sum` puts values at the end, as numbers to be added. */
  readonly layout?: 'facts' | 'sum' | undefined;
}

/** Names and values, one pair a line. */
export function KeyValue({ items, layout = 'facts' }: KeyValueProps) {
  return (
    <dl className={layout === 'sum' ? '' : '@container grid gap-y-2'}>
      {items.map((item, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the pairs of one record never change places.
          key={index}
          className={
            layout === 'sum'
              ? cx(
                  'flex justify-between gap-4 py-1.5',
                  item.strong && 'border-t border-line-strong font-semibold',
                )
              : 'grid grid-cols-1 items-baseline gap-x-4 sm:grid-cols-[6.5rem_minmax(0,1fr)] @sm:grid-cols-[9rem_minmax(0,1fr)]'
          }
        >
          <dt className={layout === 'sum' && item.strong ? '' : 'text-muted'}>{item.label}</dt>
          <dd className={layout === 'sum' ? 'num shrink-0 text-end' : 'min-w-0'}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
