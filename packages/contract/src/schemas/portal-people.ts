import { Type } from 'typebox';
import { currency, email, id, line, nullable, obj, slug, timestamp, webAddress } from '../common.ts';
import { MEMBER_ROLES } from '../scopes.ts';
import { personId, token } from './identity.ts';

export const memberRole = Type.Enum(MEMBER_ROLES);

export const member = obj({
  id: id('mem'),
  object: Type.Literal('member'),
  customer: id('cus'),
  name: line(200),
  email,
  role: memberRole,
  created_at: timestamp,
});
export const memberInvitation = obj({
  id: id('min'),
  object: Type.Literal('member_invitation'),
  email,
  role: memberRole,
  created_at: timestamp,
  expires_at: timestamp,
  accepted_at: nullable(timestamp),
});
export const inviteMember = obj({ email, role: memberRole });
export const acceptMemberInvitation = obj({ token });

export const seller = obj({
  slug,
  name: line(200),
  kind: Type.Enum(['live', 'sandbox']),
  currency,
  brand_colour: nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
  logo_url: nullable(webAddress),
  /** Whether customers may pause by themselves. */
  allows_pause: Type.Boolean(),
  /** In which the seller's days begin and end. */
  time_zone: line(64),
  now: timestamp,
});
export const myCustomer = obj({
  id: id('cus'),
  object: Type.Literal('my_customer'),
  name: line(200),
  role: memberRole,
  currency,
  time_zone: line(64),
  country: nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
  created_at: timestamp,
});
/** Who is signed in to the portal; `user` is null for a visitor. */
export const portalSession = obj({
  object: Type.Literal('portal_session'),
  seller,
  user: nullable(obj({ id: personId, name: line(200), email, email_verified: Type.Boolean() })),
  customers: Type.Array(myCustomer),
});
