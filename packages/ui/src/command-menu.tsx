import { Dialog as Base } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { LoaderCircle, type LucideIcon, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { scrimClass } from './dialog.tsx';
import { Keys } from './keyboard-help.tsx';
import { useLocale } from './locale.tsx';

export interface CommandItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: ReactNode;
  readonly icon?: LucideIcon | undefined;
  /** More words it is found by, such as an id or a mail address. */
  readonly keywords?: readonly string[] | undefined;
  readonly keys?: string | undefined;
  readonly onSelect: () => void;
}

export interface CommandGroup {
  readonly title: string;
  readonly items: readonly CommandItem[];
}

export interface CommandMenuProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly groups: readonly CommandGroup[];
  readonly query: string;
  readonly onQueryChange: (query: string) => void;
  /** A search on the server is under way. Results of before stay in place. */
  readonly searching?: boolean | undefined;
}

const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint';

/** Finds objects, places and acts by typing. The app opens it by Ctrl or Cmd K. */
export function CommandMenu(props: CommandMenuProps) {
  const { open, onOpenChange, groups, query, onQueryChange, searching } = props;
  const { words } = useLocale();
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={scrimClass} />
        <Base.Viewport className="fixed inset-0 z-40 flex items-start justify-center p-4 sm:pt-[12vh]">
          <Base.Popup
            data-modal=""
            aria-label={words.search}
            className="float-in edge-forced w-full max-w-xl overflow-hidden rounded-lg bg-raised shadow-float outline-none"
          >
            <Command label={words.search} loop>
              <div className="flex items-center gap-2.5 border-b border-line px-4">
                {searching ? (
                  <LoaderCircle
                    aria-hidden="true"
                    size={16}
                    className="animate-[spin-once_900ms_linear_infinite] text-faint"
                  />
                ) : (
                  <Search aria-hidden="true" size={16} className="text-faint" />
                )}
                <Command.Input
                  autoFocus
                  value={query}
                  onValueChange={onQueryChange}
                  placeholder={words.searchPlaceholder}
                  className="h-12 w-full bg-transparent text-md outline-none"
                />
              </div>
              <Command.List className="max-h-[min(24rem,60vh)] overflow-y-auto p-2">
                <Command.Empty className="px-2 py-6 text-center text-muted">{words.noResults}</Command.Empty>
                {groups.map((group) =>
                  group.items.length === 0 ? null : (
                    <Command.Group key={group.title} heading={group.title} className={groupClass}>
                      {group.items.map((item) => (
                        <CommandRow key={item.id} item={item} onDone={() => onOpenChange(false)} />
                      ))}
                    </Command.Group>
                  ),
                )}
              </Command.List>
            </Command>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

function CommandRow({ item, onDone }: { item: CommandItem; onDone: () => void }) {
  const Icon = item.icon;
  return (
    <Command.Item
      value={`${item.label} ${item.id}`}
      keywords={[...(item.keywords ?? [])]}
      onSelect={() => {
        onDone();
        item.onSelect();
      }}
      className="flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2 py-1 data-[selected=true]:bg-pressed"
    >
      {Icon ? <Icon aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0 text-muted" /> : null}
      <span className="min-w-0 grow truncate">{item.label}</span>
      {item.detail ? <span className="truncate text-sm text-faint">{item.detail}</span> : null}
      {item.keys ? <Keys keys={item.keys} /> : null}
    </Command.Item>
  );
}
