import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './cx.ts';

/** The look of everything that floats over the page and holds choices. */
export const popupClass =
  'float-in edge-forced rounded-md border border-line bg-raised p-1 text-base text-text shadow-float outline-none';

export interface MenuAction {
  readonly label: ReactNode;
  readonly icon?: LucideIcon | undefined;
  readonly onSelect: () => void;
  /** Something that cannot be taken back. It stands last, after a line. */
  readonly danger?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** A key that does the same. */
  readonly keys?: string | undefined;
}

export interface MenuProps {
  readonly trigger: ReactElement<Record<string, unknown>>;
  /** `null` draws a line between groups. */
  readonly actions: readonly (MenuAction | null)[];
  readonly align?: 'start' | 'end' | undefined;
}

export function Menu({ trigger, actions, align = 'end' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className={cx(popupClass, 'min-w-44')}>
            {actions.map((action, index) =>
              action === null ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place.
                <Base.Separator key={index} className="my-1 h-px bg-line" />
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: the actions of one menu never change places.
                <MenuItem key={index} action={action} />
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuItem({ action }: { action: MenuAction }) {
  const Icon = action.icon;
  return (
    <Base.Item
      onClick={action.onSelect}
      disabled={action.disabled ?? false}
      className={cx(
        'flex min-h-8 cursor-default items-center gap-2 rounded-[4px] px-2 py-1 outline-none data-[highlighted]:bg-pressed data-[disabled]:opacity-55',
        action.danger && 'text-problem',
      )}
    >
      {Icon ? <Icon aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0" /> : null}
      <span className="grow">{action.label}</span>
      {action.keys ? <kbd className="font-mono text-xs text-faint">{action.keys}</kbd> : null}
    </Base.Item>
  );
}
