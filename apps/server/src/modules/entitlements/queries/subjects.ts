import { decimal12FromInteger, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { Customer } from '../../customers/api.ts';
import { measureSubjects } from '../../usage/api.ts';
import { type Access, judge, loadAccess } from '../access.ts';
import { figureOrNull } from '../present.ts';
import { featureByKey } from './check.ts';

/** Rows that a person can take in. */
const MOST = 100;

/** Who used how much of a feature that is counted for each member or device, in its running window, most first. */
export async function subjects(ctx: QueryCtx, customer: Customer, key: string) {
  const feature = await featureByKey(ctx, key);
  const asked = { featureId: feature.id };
  const access = (await loadAccess(ctx, [customer.id], asked)).get(customer.id) as Access;
  const { right } = judge(ctx, access, feature, decimal12FromInteger(0n));
  const { meter = null, window = null, entitlement } = right ?? {};
  const isCounted = feature.subjectProperty !== null && meter !== null && window !== null;
  const [found = []] = isCounted
    ? await measureSubjects(ctx, [
        { customerId: customer.id, feature, meter, ...window, subject: null, atLeast: null },
      ])
    : [];
  const metered = entitlement?.kind === 'metered' ? entitlement : null;
  return {
    object: 'subject_usage' as const,
    customer: encodeTypeId('cus', customer.id),
    feature: feature.key,
    feature_name: feature.name,
    unit: meter?.unit || 'units',
    period: isCounted ? { start: iso(window.start), end: iso(window.end) } : null,
    limit: figureOrNull(metered?.limit ?? null),
    is_partial: found.length > MOST,
    subjects: found.slice(0, MOST).map(({ subject, quantity, eventCount }) => ({
      subject,
      used: formatDecimal12(quantity),
      event_count: Number(eventCount),
    })),
  };
}
