import { splitHref } from '@billhook/ui/address';
import type { LinkProps } from '@billhook/ui/link';
import { Link } from '@tanstack/react-router';

/** Puts the router behind every link of the design system. Addresses outside of this app stay plain links. */
export function RouterLink({ href, ...rest }: LinkProps) {
  if (/^(?:https?:|mailto:|\/v1\/|\/p\/|#)/.test(href)) {
    const elsewhere = /^https?:|^\/v1\/|^\/p\//.test(href) ? { target: '_blank', rel: 'noreferrer' } : {};
    return <a href={href} {...elsewhere} {...rest} />;
  }
  const { to, search } = splitHref(href);
  return <Link to={to} search={search as never} activeProps={{}} {...rest} />;
}
