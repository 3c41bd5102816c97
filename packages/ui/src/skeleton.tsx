import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';

/**
 * Holds the place of what is to come, in the same size. It shows itself only after 200 ms, so that a quick
 * answer does not flicker. Give the size by class: `h-5 w-24`.
 */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden="true" className={cx('skeleton block', className)} />;
}

/** Lines of text to come. */
export function SkeletonText({ lines = 3 }: { lines?: number | undefined }) {
  const { words } = useLocale();
  return (
    <div className="flex flex-col gap-2" aria-busy="true">
      <span className="sr-only">{words.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholder lines have no identity but their place.
        <Skeleton key={line} className={cx('h-4', line === lines - 1 ? 'w-2/3' : 'w-full')} />
      ))}
    </div>
  );
}
