import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyText } from './copy-text.tsx';
import { useLocale } from './locale.tsx';

export interface ErrorStateProps {
  /** What happened: the title of the problem document. */
  readonly title: ReactNode;
  /** What was and was not done, and what to do next. */
  readonly children?: ReactNode;
  readonly requestId?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly retrying?: boolean | undefined;
  /** Another way out, such as a link to where it can be mended. */
  readonly action?: ReactNode;
  /** In a card or table cell, smaller. */
  readonly compact?: boolean | undefined;
}

/** Something failed: what, what it means, what to do, and the id to quote when asking for help. */
export function ErrorState(props: ErrorStateProps) {
  const { title, children, requestId, onRetry, retrying, action, compact } = props;
  const { words } = useLocale();
  return (
    <div
      role="alert"
      className={
        compact
          ? 'flex flex-col items-start gap-2'
          : 'mx-auto flex w-full max-w-lg flex-col items-start gap-3 px-4 py-10'
      }
    >
      <div className="flex gap-2.5">
        <CircleAlert aria-hidden="true" size={compact ? 16 : 20} className="mt-0.5 shrink-0 text-problem" />
        <div className="min-w-0">
          <p className={compact ? 'font-medium' : 'text-md font-medium'}>{title}</p>
          {children ? <div className="text-muted">{children}</div> : null}
        </div>
      </div>
      {requestId ? (
        <p className="flex max-w-full flex-wrap items-center gap-1.5 text-sm text-faint">
          {words.requestId}
          <CopyText text={requestId} />
        </p>
      ) : null}
      {onRetry || action ? (
        <div className="flex flex-wrap gap-2">
          {onRetry ? (
            <Button size={compact ? 'sm' : 'md'} onClick={onRetry} busy={retrying ?? false}>
              {words.retry}
            </Button>
          ) : null}
          {action}
        </div>
      ) : null}
    </div>
  );
}
