import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { useLocale } from './locale.tsx';

export interface KeyGroup {
  readonly title: ReactNode;
  /** Keys as in `useHotkeys`: `mod+k`, `g c`, `?`. */
  readonly keys: readonly { readonly keys: string; readonly does: ReactNode }[];
}

function onApple(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}

function keyName(key: string): string {
  const names: Record<string, string> = { mod: onApple() ? '⌘' : 'Ctrl', Enter: '↵', Escape: 'Esc' };
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** One combination, each key drawn as a key. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1" dir="ltr">
      {keys.split(/[ +]/).map((key) => (
        <kbd
          key={key}
          className="grid h-5 min-w-5 place-items-center rounded-[4px] border border-line-strong bg-sunk px-1 font-sans text-xs text-muted"
        >
          {keyName(key)}
        </kbd>
      ))}
    </span>
  );
}

export interface KeyboardHelpProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly groups: readonly KeyGroup[];
}

/** All keys of this app, opened by `?`. */
export function KeyboardHelp({ open, onOpenChange, groups }: KeyboardHelpProps) {
  const { words } = useLocale();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.keyboardHelp} width="lg">
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one app never change places.
          <section key={index}>
            <h3 className="mb-2 text-sm font-medium text-muted">{group.title}</h3>
            <dl>
              {group.keys.map((entry) => (
                <div key={entry.keys} className="flex items-center justify-between gap-4 py-1">
                  <dt>{entry.does}</dt>
                  <dd>
                    <Keys keys={entry.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
