import { splitHref } from '@billhook/ui/address';
import type { LinkProps } from '@billhook/ui/link';
import { Link } from '@tanstack/react-router';

/** Puts the router behind every link of the design system. Addresses outside of this app stay plain links. */
export function RouterLink({ href, ...rest }: LinkProps) {
  if (!isOfThisApp(href)) return <a href={href} {...rest} />;
  const { to, search } = splitHref(href);
  return <Link to={to} search={search as never} activeProps={{}} {...rest} />;
}

/** The admin app and the API share our origin, and are no pages of ours. */
function isOfThisApp(href: string): boolean {
  return href === '/' || (href.startsWith('/p/') && !/^\/p\/[^/]+\/(?:api|auth)\//.test(href));
}
