import { ADMINS, MONEY_STAFF } from '@billhook/contract/scopes';
import { getCustomers } from '../modules/customers/api.ts';
import { findApproval, staffWith } from '../modules/identity/api.ts';
import { type StaffFacts, staffMailListener } from '../modules/notifications/staff-mails.ts';

/** Whom mails to staff go to, read through the face of identity. */
const staffFacts: StaffFacts = {
  staff: (ctx, duty) => staffWith(ctx, duty === 'money' ? MONEY_STAFF : ADMINS),
  customerName: async (ctx, id) => (await getCustomers(ctx, [id])).get(id)?.name ?? null,
  askedBy: async (ctx, id) => (await findApproval(ctx, id))?.person ?? null,
};

/** Tells the seller's own people by mail of what waits for them. */
export const staffMails = staffMailListener(staffFacts);
