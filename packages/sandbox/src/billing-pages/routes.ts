import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { bindInvoicePage } from './invoice-page.ts';
import { bindPortal } from './portal-routes.ts';
import { bindPricingTable } from './pricing-table.ts';

/** Binds the pages of Stripe Billing that a customer's browser visits. */
export function registerBillingPages(app: FastifyInstance, context: Context): void {
  bindPortal(app, context);
  bindInvoicePage(app, context);
  bindPricingTable(app, context);
}
