import { Check, Copy } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { cx } from './cx.ts';
import { useLocale } from './locale.tsx';

/** Copies text and says so for a moment. `copied` falls back to false by itself. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = useCallback((text: string) => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  }, []);
  return { copied, copy };
}

export interface CopyTextProps {
  readonly text: string;
  /** A shorter form to show; the whole text is copied and stands in the title. */
  readonly shown?: string | undefined;
  readonly className?: string | undefined;
}

/** An id or address that is copied by a click. */
export function CopyText({ text, shown, className }: CopyTextProps) {
  const { copied, copy } = useCopy();
  const { words } = useLocale();
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      title={text}
      aria-label={`${words.copy} ${shown ?? text}`}
      onClick={(event) => {
        event.stopPropagation();
        copy(text);
      }}
      className={cx(
        'group inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-[4px] font-mono text-[0.92em] text-muted hover:text-text',
        className,
      )}
    >
      <span className="truncate" dir="ltr">
        {shown ?? text}
      </span>
      <Icon aria-hidden="true" size={12} className={cx('shrink-0', copied ? 'text-ok' : 'text-faint')} />
      <span role="status" className="sr-only">
        {copied ? words.copied : ''}
      </span>
    </button>
  );
}
