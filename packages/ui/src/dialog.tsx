import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';

export interface DialogProps {
  readonly open?: boolean | undefined;
  readonly onOpenChange?: ((open: boolean) => void) | undefined;
  /** The button that opens it, where the dialog keeps its own state. */
  readonly trigger?: ReactElement<Record<string, unknown>> | undefined;
  /** Asks the question that the button answers. */
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly width?: 'sm' | 'md' | 'lg' | undefined;
}

const WIDTHS = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-3xl' } as const;

export const scrimClass =
  'fixed inset-0 bg-scrim transition-opacity duration-[140ms] data-[starting-style]:opacity-0 data-[ending-style]:opacity-0';

function rootProps({ open, onOpenChange }: Pick<DialogProps, 'open' | 'onOpenChange'>) {
  return {
    ...(open === undefined ? {} : { open }),
    onOpenChange: (next: boolean) => onOpenChange?.(next),
  };
}

/** A question that must be answered before anything else. For detail and change take `SideSheet`. */
export function Dialog(props: DialogProps) {
  return (
    <Base.Root {...rootProps(props)}>
      {props.trigger ? <Base.Trigger render={props.trigger} /> : null}
      <Base.Portal>
        {/* Also over a sheet that is open: two things to read side by side are none. */}
        <Base.Backdrop forceRender className={cx(scrimClass, 'z-40')} />
        <Base.Viewport className="fixed inset-0 z-40 grid place-items-center overflow-y-auto p-4">
          <Base.Popup
            data-modal=""
            className={cx(
              'float-in edge-forced w-full rounded-lg bg-raised p-6 shadow-float outline-none',
              WIDTHS[props.width ?? 'md'],
            )}
          >
            <Base.Title className="text-md font-semibold">{props.title}</Base.Title>
            {props.description ? (
              <Base.Description className="mt-1 text-muted">{props.description}</Base.Description>
            ) : null}
            {props.children ? <div className="mt-4">{props.children}</div> : null}
            {props.actions ? (
              <div className="mt-6 flex flex-wrap justify-end gap-2">{props.actions}</div>
            ) : null}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Closes the dialog or sheet around it. */
export function DialogClose({ children }: { children: ReactElement<Record<string, unknown>> }) {
  return <Base.Close render={children} />;
}

export interface SideSheetProps extends Omit<DialogProps, 'width'> {
  readonly width?: 'md' | 'lg' | undefined;
}

/**
 * Detail and change at the end of the screen. The list beside it stays in view and in use; on a phone the sheet
 * takes the whole width.
 */
export function SideSheet(props: SideSheetProps) {
  const { words } = useLocale();
  // The sheet itself takes focus, not its close button, whose tooltip would take the first Escape.
  const popupRef = useRef<HTMLDivElement>(null);
  return (
    <Base.Root {...rootProps(props)} modal={false} disablePointerDismissal>
      {props.trigger ? <Base.Trigger render={props.trigger} /> : null}
      <Base.Portal>
        <Base.Viewport className="pointer-events-none fixed inset-y-0 end-0 z-30 flex w-full justify-end">
          <Base.Popup
            ref={popupRef}
            initialFocus={popupRef}
            className={cx(
              'sheet-in edge-forced pointer-events-auto flex h-full w-full flex-col border-s border-line bg-raised shadow-float outline-none',
              props.width === 'lg' ? 'sm:w-[44rem]' : 'sm:w-[30rem]',
            )}
          >
            <div className="flex items-start gap-3 border-b border-line px-6 py-4">
              <div className="min-w-0 grow">
                <Base.Title className="text-md font-semibold">{props.title}</Base.Title>
                {props.description ? (
                  <Base.Description className="text-muted">{props.description}</Base.Description>
                ) : null}
              </div>
              <Base.Close render={<IconButton label={words.close} icon={X} />} />
            </div>
            {/* Rows of a table are as light as the sheet that they lie on. */}
            <div className="min-h-0 grow overflow-y-auto px-6 py-4 [--bg:var(--raised)]">
              {props.children}
            </div>
            {props.actions ? (
              <div className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-3">
                {props.actions}
              </div>
            ) : null}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
