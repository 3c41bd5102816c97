import { Button } from '@billhook/ui/button';
import { type ReactNode, useRef } from 'react';
import { tell } from './problem.tsx';

export interface FilePickProps {
  /** Names the field that the button stands for. */
  readonly label: string;
  /** What the button says. */
  readonly verb: string;
  /** Media types, as the browser's dialog filters by them. */
  readonly accept: string;
  readonly hint: string;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly onPick: (file: File) => void;
  /** Other buttons beside it. */
  readonly children?: ReactNode;
}

/** A button that asks for a file and hands it on at once. The same file can be picked again after a failure. */
export function FilePick(props: FilePickProps) {
  const { label, verb, accept, hint, error, busy, disabled = false, onPick, children } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => input.current?.click()} busy={busy} disabled={disabled}>
          {verb}
        </Button>
        {children}
        <input
          ref={input}
          type="file"
          accept={accept}
          aria-label={label}
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) onPick(file);
            target.value = '';
          }}
        />
      </div>
      <span className={error ? 'text-sm text-problem' : 'text-sm text-muted'} aria-live="polite">
        {error ? tell(error).detail : hint}
      </span>
    </>
  );
}
