import type { ReactNode } from 'react';

export interface AuthCardProps {
  readonly brand: ReactNode;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Another way: "No account yet? Sign up". */
  readonly footer?: ReactNode;
  /** In the corner, such as the theme and the language. */
  readonly tools?: ReactNode;
}

/** Sign-in, sign-up, reset and invitation: one card in the middle of a quiet page. */
export function AuthCard({ brand, title, description, children, footer, tools }: AuthCardProps) {
  return (
    <div className="flex min-h-dvh flex-col px-4 py-4">
      <div className="flex min-h-8 justify-end">{tools}</div>
      <main className="mx-auto my-auto w-full max-w-sm py-8">
        <div className="mb-6 flex justify-center">{brand}</div>
        <div className="rounded-lg border border-line bg-surface p-6">
          <h1 className="text-lg font-semibold tracking-[-0.011em]">{title}</h1>
          {description ? <div className="mt-1 text-muted">{description}</div> : null}
          <div className="mt-5">{children}</div>
        </div>
        {footer ? <div className="mt-4 text-center text-muted">{footer}</div> : null}
      </main>
    </div>
  );
}
