import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { loadBilling } from '../stripe/load-billing.ts';

interface Paths {
  readonly Params: { secret: string; act: string; id: string; account: string };
}

/** Loads the pages with the first that is asked for. */
async function pages() {
  await loadBilling();
  const [portal, invoice, table] = await Promise.all([
    import('./portal-routes.ts'),
    import('./invoice-page.ts'),
    import('./pricing-table.ts'),
  ]);
  return { portal, invoice, table };
}

/**
 * Binds the pages of Stripe Billing that a customer's browser visits: the customer portal, the page of an invoice,
 * where it is read and paid, and a stand-in for Stripe's embeddable pricing table, which names an account by its id.
 */
export function registerBillingPages(app: FastifyInstance, context: Context): void {
  app.get<Paths>('/p/session/:secret', async (request, reply) =>
    (await pages()).portal.show(context, request, reply),
  );
  app.post<Paths>('/p/session/:secret/:act', async (request, reply) =>
    (await pages()).portal.act(context, request, reply),
  );
  app.get<Paths>('/i/:id', async (request, reply) => (await pages()).invoice.show(context, request, reply));
  app.get<Paths>('/i/:id/pdf', async (request, reply) =>
    (await pages()).invoice.sendPdf(context, request, reply),
  );
  app.post<Paths>('/i/:id/pay', async (request, reply) =>
    (await pages()).invoice.pay(context, request, reply),
  );
  app.get<Paths>('/pricing-table/:account', async (request, reply) =>
    (await pages()).table.show(context, request, reply),
  );
  app.post<Paths>('/pricing-table/:account', async (request, reply) =>
    (await pages()).table.choose(context, request, reply),
  );
}
