import { getPlans, listFeatures } from '../modules/catalog/api.ts';
import { sellsCredits } from '../modules/credits/api.ts';
import { getCustomers } from '../modules/customers/api.ts';
import { findInvoice, findNote, type StoredInvoice } from '../modules/invoicing/api.ts';
import type { MailFacts } from '../modules/notifications/listeners.ts';
import { methodKindOf } from '../modules/payments/api.ts';
import { getSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

async function raisedBy(ctx: CommandCtx, { raisesInvoiceId, raiseReason }: StoredInvoice) {
  if (raisesInvoiceId === null) return null;
  const raised = await findInvoice(ctx, raisesInvoiceId);
  return { number: raised?.number ?? '', reason: raiseReason ?? '' };
}

/** What mails tell of customers, invoices and plans, read through the faces of those modules. */
export const mailFacts: MailFacts = {
  async customer(ctx, id) {
    const customer = (await getCustomers(ctx, [id])).get(id);
    if (customer === undefined) return undefined;
    const { email, timeZone, locale } = customer;
    return { email, timeZone, locale };
  },
  async invoice(ctx, id) {
    const invoice = await findInvoice(ctx, id);
    if (invoice === undefined) return undefined;
    return {
      id: invoice.id,
      number: invoice.number,
      currency: invoice.currency,
      totalMinor: invoice.totalMinor,
      dueMinor: invoice.dueMinor,
      paidMinor: invoice.paidMinor,
      dueAt: invoice.dueAt,
      collectedByUs: invoice.collection === 'automatic',
      raises: await raisedBy(ctx, invoice),
    };
  },
  creditNote: findNote,
  sellsCredits,
  methodKind: methodKindOf,
  async planNames(ctx, subscriptionId) {
    const subscription = await getSubscription(ctx, subscriptionId);
    const plans = await getPlans(ctx, [subscription.planId]);
    return plans.get(subscription.planId)?.name ?? '';
  },
  async featureName(ctx, featureId) {
    const features = await listFeatures(ctx);
    return features.find((feature) => feature.id === featureId)?.name ?? '';
  },
};
