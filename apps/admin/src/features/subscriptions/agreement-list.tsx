import type { Discount, Subscription } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Badge } from '@billhook/ui/status';
import type { ReactNode } from 'react';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { CouponValueText } from '../catalog/coupon-text.tsx';
import type { ActionName } from './action-sheet.tsx';

/** What stands beside the plan: add-ons and discounts that run, and what was charged once. */
export function AgreementList({ subscription }: { subscription: Subscription }) {
  const mayChange = useMay(ROLES.staff) && subscription.status !== 'canceled';
  const { addOns, charges } = subscription;
  const discounts = subscription.discounts.filter(({ running }) => running);
  if (addOns.length + charges.length + discounts.length === 0) return null;
  return (
    <div className="mt-4 flex flex-col gap-3 border-t border-line pt-3">
      <Part
        title="Add-ons"
        shown={addOns.length > 0}
        actions={
          mayChange
            ? [
                ['Change quantity', 'add-on-quantity'],
                ['End', 'end-add-on'],
              ]
            : []
        }
        of={subscription.id}
      >
        {addOns.map(({ addOn, quantity, endsAt }) => (
          <li key={addOn.id}>
            {quantity} × {addOn.name}
            {endsAt === null ? null : (
              <span className="text-sm text-muted">
                {' '}
                until <DateText value={endsAt} as="weekday" />
              </span>
            )}
          </li>
        ))}
      </Part>
      <Part
        title="Discounts"
        shown={discounts.length > 0}
        actions={mayChange ? [['End', 'end-discount']] : []}
        of={subscription.id}
      >
        {discounts.map((discount) => (
          <DiscountLine key={discount.id} discount={discount} currency={subscription.currency} />
        ))}
      </Part>
      <Part title="Charged once" shown={charges.length > 0} actions={[]} of={subscription.id}>
        {charges.map(({ id, description, quantity, chargedAt, addOn }) => (
          <li key={id}>
            {quantity === 1 ? description : `${quantity} × ${description}`}
            <span className="text-sm text-muted">
              {' '}
              on <DateText value={chargedAt} />
            </span>{' '}
            {addOn === null ? null : <Badge>{addOn.name}</Badge>}
          </li>
        ))}
      </Part>
    </div>
  );
}

function DiscountLine({ discount, currency }: { discount: Discount; currency: string }) {
  return (
    <li>
      {discount.coupon.name}{' '}
      <span className="text-sm text-muted">
        <CouponValueText value={discount.value} currency={currency} />
        {discount.endsAt === null ? null : (
          <>
            {' '}
            for periods before <DateText value={discount.endsAt} />
          </>
        )}
      </span>
    </li>
  );
}

interface PartProps {
  readonly title: string;
  readonly shown: boolean;
  readonly actions: readonly (readonly [string, ActionName])[];
  /** The subscription. */
  readonly of: string;
  readonly children: ReactNode;
}

function Part({ title, shown, actions, of, children }: PartProps) {
  const [, change] = useFilters();
  if (!shown) return null;
  return (
    <div>
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <h3 className="text-sm font-medium">{title}</h3>
        <span className="flex gap-1">
          {actions.map(([word, act]) => (
            <Button key={act} size="sm" variant="quiet" onClick={() => change({ act, of })}>
              {word}
              <span className="sr-only">: {title}</span>
            </Button>
          ))}
        </span>
      </div>
      <ul>{children}</ul>
    </div>
  );
}
