import type { ReactNode } from 'react';
import { Toaster as Sonner, toast as show } from 'sonner';
import { TONE_ICONS, type Tone } from './status.tsx';

/** The place where toasts appear. Once in each app. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      visibleToasts={3}
      style={{ fontFamily: 'inherit' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'edge-forced flex w-full items-start gap-2.5 rounded-md border border-line bg-raised px-4 py-3 text-base text-text shadow-float sm:w-[22rem]',
          title: 'font-medium',
          description: 'text-sm text-muted',
          content: 'min-w-0 grow',
          actionButton: 'shrink-0 rounded-[4px] px-2 py-0.5 font-medium text-accent-text hover:bg-hover',
        },
      }}
    />
  );
}

export interface ToastOptions {
  readonly tone?: Tone | undefined;
  readonly detail?: ReactNode;
  /** Takes the act back. Shown for ten seconds. */
  readonly undo?: { readonly label: string; readonly onUndo: () => void } | undefined;
}

const TONE_CLASS: Record<Tone, string> = {
  ok: 'text-ok',
  attention: 'text-attention',
  problem: 'text-problem',
  info: 'text-info',
  neutral: 'text-muted',
};

/** Says that something was done. What must not be missed belongs on the page instead. */
export function toast(title: string, { tone = 'ok', detail, undo }: ToastOptions = {}): void {
  const Icon = TONE_ICONS[tone];
  show(title, {
    description: detail,
    duration: undo ? 10_000 : tone === 'problem' ? 12_000 : 5_000,
    icon: <Icon aria-hidden="true" size={16} className={`mt-0.5 ${TONE_CLASS[tone]}`} />,
    ...(undo ? { action: { label: undo.label, onClick: undo.onUndo } } : {}),
  });
}
