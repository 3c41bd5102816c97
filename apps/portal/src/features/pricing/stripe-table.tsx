import { useEffect, useRef } from 'react';

const SCRIPT = 'https://js.stripe.com/v3/pricing-table.js';

/** Loads Stripe's script once, and only where a seller chose its table; all other pages refuse it. */
function useScript(): void {
  useEffect(() => {
    if (document.querySelector(`script[src="${SCRIPT}"]`) !== null) return;
    const script = document.createElement('script');
    script.src = SCRIPT;
    script.async = true;
    document.head.append(script);
  }, []);
}

export interface StripeTableProps {
  readonly id: string;
  readonly publishableKey: string;
}

/** The table of prices that the seller made at Stripe; who buys in it is followed from there. */
export function StripeTable({ id, publishableKey }: StripeTableProps) {
  useScript();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const table = document.createElement('stripe-pricing-table');
    table.setAttribute('pricing-table-id', id);
    table.setAttribute('publishable-key', publishableKey);
    place.current?.replaceChildren(table);
  }, [id, publishableKey]);
  return (
    <div className="flex flex-col gap-8 pt-6">
      <h1 className="text-center text-xl font-semibold tracking-[-0.018em]">Plans and prices</h1>
      <div ref={place} />
    </div>
  );
}
