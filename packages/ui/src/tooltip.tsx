import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

export interface TooltipProps {
  readonly text: ReactNode;
  readonly side?: 'top' | 'bottom' | 'inline-start' | 'inline-end' | undefined;
  /** The one element it explains. It must be able to take focus. */
  readonly children: ReactElement<Record<string, unknown>>;
}

/** A short explanation on hover and on focus. Never the only place of a fact. */
export function Tooltip({ text, side = 'top', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={400} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="float-in edge-forced max-w-72 rounded-md bg-text px-2 py-1 text-xs text-bg shadow-float">
            {text}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
