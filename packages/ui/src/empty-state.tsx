import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';

export interface EmptyStateProps {
  readonly icon?: LucideIcon | undefined;
  /** Where it is all of a page, its title is the heading of the page. */
  readonly isPage?: boolean | undefined;
  /** What is not there yet. */
  readonly title: ReactNode;
  /** Why, and the one step that changes it. */
  readonly children?: ReactNode;
  /** A command that does that step. */
  readonly command?: { readonly label: string; readonly code: string } | undefined;
  readonly action?: ReactNode;
}

/** A place with nothing in it yet. Teaches one step. */
export function EmptyState({ icon: Icon, isPage, title, children, command, action }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className="mx-auto flex w-full max-w-lg flex-col items-center gap-3 px-4 py-10 text-center">
      {Icon ? <Icon aria-hidden="true" size={20} strokeWidth={1.5} className="text-faint" /> : null}
      <Title className="text-md font-medium">{title}</Title>
      {children ? <div className="text-muted">{children}</div> : null}
      {command ? <CodeBlock code={command.code} label={command.label} /> : null}
      {action ? <div className="mt-1 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
