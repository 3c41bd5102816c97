import { createContext, type MouseEventHandler, type ReactNode, useContext } from 'react';

export interface LinkProps {
  readonly href: string;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
  readonly title?: string | undefined;
  readonly tabIndex?: number | undefined;
  readonly onClick?: MouseEventHandler<HTMLAnchorElement> | undefined;
  readonly 'aria-current'?: 'page' | undefined;
  readonly 'aria-label'?: string | undefined;
}

export type LinkComponent = (props: LinkProps) => ReactNode;

function PlainLink(props: LinkProps) {
  return <a {...props} />;
}

const LinkContext = createContext<LinkComponent>(PlainLink);

/** Lets an app put its router's link behind every link of the design system. */
export function LinkProvider({ component, children }: { component: LinkComponent; children: ReactNode }) {
  return <LinkContext value={component}>{children}</LinkContext>;
}

/** A link without a look of its own. */
export function BareLink(props: LinkProps) {
  const Component = useContext(LinkContext);
  return <Component {...props} />;
}

export const textLinkClass =
  'rounded-[3px] text-accent-text underline decoration-line-strong underline-offset-2 hover:decoration-current';

/** A link inside text. */
export function TextLink(props: LinkProps) {
  return <BareLink {...props} className={`${textLinkClass} ${props.className ?? ''}`} />;
}

/** The name of a row that leads to its page: plain until it is pointed at, and a true link for a new tab. */
export function RowLink(props: LinkProps) {
  return <BareLink {...props} className={`rounded-[3px] hover:underline ${props.className ?? ''}`} />;
}
