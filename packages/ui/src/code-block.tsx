import { Check, Copy } from 'lucide-react';
import { IconButton } from './button.tsx';
import { useCopy } from './copy-text.tsx';
import { useLocale } from './locale.tsx';

export interface CodeBlockProps {
  readonly code: string;
  /** What the code is, for screen readers: "cURL command". */
  readonly label: string;
}

/** Code that is meant to be copied whole. Long lines wrap, so that nothing scrolls sideways. */
export function CodeBlock({ code, label }: CodeBlockProps) {
  const { copied, copy } = useCopy();
  const { words } = useLocale();
  return (
    <figure
      aria-label={label}
      className="edge-forced flex w-full min-w-0 items-start gap-2 rounded-md border border-line bg-sunk py-2 ps-3 pe-2 text-start"
    >
      <pre
        dir="ltr"
        className="min-w-0 grow whitespace-pre-wrap py-0.5 font-mono text-sm text-text [overflow-wrap:anywhere]"
      >
        <code>{code}</code>
      </pre>
      <IconButton
        size="sm"
        icon={copied ? Check : Copy}
        label={copied ? words.copied : words.copy}
        onClick={() => copy(code)}
        className="no-print"
      />
    </figure>
  );
}
