import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { cx } from './cx.ts';

/**
 * Lets its content scroll sideways only when it does not fit. A box that scrolls would hold a sticky head fast
 * inside itself; while all fits, the head sticks to the page instead.
 */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  const boxRef = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const box = boxRef.current;
    const content = box?.firstElementChild;
    if (!box || !content) return;
    const observer = new ResizeObserver(() => setScrolls(content.scrollWidth > box.clientWidth + 1));
    observer.observe(box);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);
  return (
    <section
      ref={boxRef}
      aria-label={label}
      // What can be scrolled must be reachable by keyboard.
      {...(scrolls ? { tabIndex: 0, 'data-scrolls': '' } : {})}
      className={cx(
        'group/scroll ring-inside max-w-full rounded-[3px] print:overflow-visible',
        scrolls && 'overflow-x-auto [--sticky-top:0px]',
      )}
    >
      {children}
    </section>
  );
}
