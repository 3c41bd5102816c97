import { useGo } from '@billhook/ui/address';
import { useEffect, useState } from 'react';

/**
 * Leads elsewhere, once. What the address says may change while the next page is being fetched and this one still
 * stands; the goal does not follow it.
 */
export function Redirect({ href }: { href: string }) {
  const [goal] = useState(href);
  const go = useGo();
  useEffect(() => go(goal, { replace: true }), [go, goal]);
  return null;
}
