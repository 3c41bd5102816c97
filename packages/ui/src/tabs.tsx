import { Tabs as Base } from '@base-ui/react/tabs';
import { type ReactNode, useLayoutEffect, useRef } from 'react';

export interface TabDefinition<Key extends string> {
  readonly key: Key;
  readonly label: ReactNode;
  readonly count?: number | undefined;
  readonly content: ReactNode;
}

export interface TabsProps<Key extends string> {
  readonly label: string;
  readonly tabs: readonly TabDefinition<Key>[];
  readonly value?: Key | undefined;
  readonly defaultValue?: Key | undefined;
  readonly onValueChange?: ((key: Key) => void) | undefined;
}

/** Sides of one thing. Only the chosen side is mounted. */
export function Tabs<Key extends string>({
  label,
  tabs,
  value,
  defaultValue,
  onValueChange,
}: TabsProps<Key>) {
  const listRef = useRef<HTMLDivElement>(null);
  // Where they do not all fit, the chosen one is among those that are seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen tab is read from the page.
  useLayoutEffect(() => showChosen(listRef.current), [value]);
  return (
    <Base.Root
      {...(value === undefined ? { defaultValue: defaultValue ?? tabs[0]?.key } : { value })}
      onValueChange={(next) => onValueChange?.(next as Key)}
      className="flex min-w-0 flex-col"
    >
      <Base.List
        ref={listRef}
        aria-label={label}
        className="relative flex gap-4 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.key}
            value={tab.key}
            className="ring-inside flex h-9 shrink-0 items-center gap-1.5 rounded-[3px] px-1 text-muted hover:text-text data-[active]:font-medium data-[active]:text-text"
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="num text-xs text-faint">{tab.count}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator className="fill-forced absolute bottom-0 start-0 h-0.5 w-[var(--active-tab-width)] translate-x-[var(--active-tab-left)] bg-accent transition-all duration-[140ms] rtl:-translate-x-[var(--active-tab-right)]" />
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.key} value={tab.key} className="rounded-md pt-4">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

function showChosen(list: HTMLElement | null): void {
  const chosen = list?.querySelector('[aria-selected="true"]');
  if (!list || !chosen) return;
  const room = list.getBoundingClientRect();
  const { left, right } = chosen.getBoundingClientRect();
  if (right > room.right) list.scrollLeft += right - room.right;
  if (left < room.left) list.scrollLeft -= room.left - left;
}
