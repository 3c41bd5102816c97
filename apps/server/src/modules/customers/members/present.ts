import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import type { QueryCtx, TenantContext } from '../../../platform/context.ts';
import type { MemberInvitationRow, MemberRow, MyCustomerRow } from './repo.ts';

const time = (moment: number) => formatInstant(moment as Instant);

export function presentMyCustomer(row: MyCustomerRow) {
  return {
    id: encodeTypeId('cus', row.id),
    object: 'my_customer' as const,
    name: row.name,
    role: row.role,
    currency: row.currency,
    time_zone: row.timeZone,
    country: row.country,
    created_at: time(row.createdAt),
  };
}

export function presentMember(row: MemberRow) {
  return {
    id: encodeTypeId('mem', row.id),
    object: 'member' as const,
    customer: encodeTypeId('cus', row.customerId),
    name: row.name,
    email: row.email,
    role: row.role,
    created_at: time(row.createdAt),
  };
}

export function presentInvitation(row: MemberInvitationRow) {
  return {
    id: encodeTypeId('min', row.id),
    object: 'member_invitation' as const,
    email: row.email,
    role: row.role,
    created_at: time(row.createdAt),
    expires_at: time(row.expiresAt),
    accepted_at: row.acceptedAt === null ? null : time(row.acceptedAt),
  };
}

/** Whose portal it is, as every visitor may see it. */
export function presentSeller(
  { tenant, now }: Pick<QueryCtx, 'tenant' | 'now'>,
  logoUrl: (tenant: TenantContext, fileId: string) => string | null,
) {
  const { seller, brandColour, logoFileId, portal } = tenant.settings;
  return {
    slug: tenant.slug,
    name: seller.legalName || tenant.name,
    kind: tenant.kind,
    currency: tenant.currency,
    brand_colour: brandColour,
    logo_url: logoFileId === null ? null : logoUrl(tenant, logoFileId),
    allows_pause: portal.allowPause,
    time_zone: tenant.timeZone,
    now: formatInstant(now),
  };
}
