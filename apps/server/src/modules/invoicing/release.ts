import { type Release, releaseAt } from '@billhook/core/invoicing/consolidation';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { TenantContext } from '../../platform/context.ts';
import type { Customer } from '../customers/api.ts';

/** Says of customers what may be billed at `now`, where they have one invoice for all of a day or month. */
export function releasing(
  tenant: Pick<TenantContext, 'settings' | 'timeZone'>,
  now: Instant,
): (customer: Pick<Customer, 'invoiceConsolidation'>) => { release?: Release } {
  const zone = zoneNamed(tenant.timeZone);
  return ({ invoiceConsolidation }) => {
    const how = invoiceConsolidation ?? tenant.settings.invoiceConsolidation;
    return how === 'as_due' ? {} : { release: releaseAt(how, now, zone) };
  };
}
