import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { getCustomer } from '../modules/customers/api.ts';
import {
  type AccessPointOf,
  claimPeppol,
  type Delivery,
  type DocumentRef,
  type EInvoices,
  findDelivery,
  findInvoice,
  findNote,
  movePeppol,
  type PeppolAnswer,
  partyOfEInvoice,
  queuePeppol,
  requeuePeppol,
} from '../modules/invoicing/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { Actor, CommandCtx, QueryCtx, TenantContext } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import type { Listener } from '../platform/outbox.ts';
import { Refusal, refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';

const SENDER: Actor = { kind: 'system', id: 'peppol' };
const MAX_CLAIM = 10;
const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** Plans to send what was issued to customers who wish it by Peppol, in the transaction that hears of it. */
export const peppolListener: Listener = {
  name: 'peppol',
  types: ['invoice.issued', 'credit_note.issued'],
  async handle(ctx, event) {
    if (event.payload.imported === true || !event.customerId) return;
    const { eInvoice, name } = await getCustomer(ctx, event.customerId);
    if (eInvoice.format !== 'peppol_bis') return;
    const document: DocumentRef = {
      kind: event.type === 'invoice.issued' ? 'invoice' : 'credit_note',
      id: event.objectId,
    };
    const find = document.kind === 'invoice' ? findInvoice : findNote;
    // What Stripe issues is not sent by us as well.
    if ((await find(ctx, document.id))?.authority !== 'billhook') return;
    const { receiver } = await partiesOf(ctx, document);
    await queuePeppol(ctx, document, receiver === null ? name : `${receiver.scheme}:${receiver.value}`);
  },
};

type Deps = {
  transactor: Transactor;
  eInvoices: EInvoices;
  accessPointOf: AccessPointOf;
  log: Log;
};

/**
 * Sends documents by Peppol and asks what became of them: claims under a lease, makes the file, calls with the id of the
 * delivery as key, writes the outcome. What is not known is asked again, later and later.
 */
export function peppolSource(deps: Deps): DueSource {
  return {
    name: 'peppol',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ tenant_id: number }>(
        `select distinct tenant_id from document_deliveries
         where retry_at <= $1 and (lease_until is null or lease_until <= $1)`,
        [new Date(wallNow).toISOString()],
      );
      return rows.map((row) => row.tenant_id);
    },
    // Documents leave in real time: they hold back no clock.
    nextDueAt: async () => null,
    async run(tenantId, limit) {
      const request = { tenantId, actor: SENDER, requestId: null };
      const claimed = await deps.transactor.command(request, async (ctx) => ({
        tenant: ctx.tenant,
        deliveries: await claimPeppol(ctx, Math.min(limit, MAX_CLAIM)),
      }));
      for (const delivery of claimed.deliveries) await pursue(deps, claimed.tenant, delivery);
      return claimed.deliveries.length;
    },
  };
}

async function pursue(deps: Deps, tenant: TenantContext, delivery: Delivery): Promise<void> {
  const request = { tenantId: tenant.id, actor: SENDER, requestId: null };
  // 2, 4, 8 … seconds, an hour at most.
  const later = Math.min(HOUR_MS, SECOND_MS * 2 ** Math.min(delivery.attempts, 12));
  const { status, reference } = delivery;
  const wait = (detail: string) =>
    deps.transactor.command(request, (ctx) =>
      movePeppol(ctx, delivery.id, { status, reference, detail, after: later }),
    );
  try {
    const answer = await ask(deps, tenant, delivery);
    if (answer === null) {
      await wait('No access point is set up: it waits for PEPPOL_URL.');
      return;
    }
    await deps.transactor.command(request, async (ctx) => {
      const isOpen = answer.kind === 'sent';
      await movePeppol(ctx, delivery.id, {
        status: answer.kind,
        reference: answer.kind === 'refused' ? reference : answer.reference,
        detail: answer.kind === 'refused' ? answer.reason : null,
        after: isOpen ? (status === 'sent' ? later : SECOND_MS) : null,
      });
      if (answer.kind !== 'refused') return;
      const { number, customerId } = await partiesOf(ctx, refOf(delivery));
      await openCase(ctx, {
        kind: 'e_invoice.refused',
        customerId,
        subjectId: delivery.id,
        detail: `${number} did not reach ${delivery.recipient} by Peppol: ${answer.reason}`,
        facts: { delivery: encodeTypeId('dlv', delivery.id), number },
      });
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.warn({ tenantId: tenant.id, objectId: delivery.id, process: 'peppol', reason }, 'no answer');
    await wait(reason);
  }
}

/** Null where there is nobody to ask. A document that lacks something is refused before it is sent. */
async function ask(deps: Deps, tenant: TenantContext, delivery: Delivery): Promise<PeppolAnswer | null> {
  const accessPoint = deps.accessPointOf(tenant);
  if (accessPoint === null) return null;
  if (delivery.status === 'sent' && delivery.reference !== null)
    return accessPoint.statusOf(delivery.reference);
  const request = { tenantId: tenant.id, actor: SENDER, requestId: null };
  const document = refOf(delivery);
  try {
    const { text } = await deps.eInvoices.demand(request, document, 'peppol_bis');
    const { sender, receiver } = await deps.transactor.query(request, (ctx) => partiesOf(ctx, document));
    if (sender === null || receiver === null)
      return { kind: 'refused', reason: 'Seller and buyer need an electronic address.' };
    return await accessPoint.send({ key: keyOf(delivery), kind: document.kind, sender, receiver, text });
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', reason: error.detail };
    throw error;
  }
}

/** What was refused is sent again under a key of its own: under the first one it would only be refused again. */
const keyOf = ({ id, times }: Delivery): string => (times === 1 ? id : `${id}-${times}`);

/**
 * Plans to send once more what was refused, since the receiver may be reached by now. The case about it is over.
 * Refusals: `delivery.not_found`, `delivery.not_refused`.
 */
export async function resendByPeppol(ctx: CommandCtx, deliveryId: string): Promise<Delivery> {
  const seen = await findDelivery(ctx, deliveryId);
  if (seen === undefined) return refuse('delivery.not_found', 'There is no such delivery.');
  const delivery = await requeuePeppol(ctx, deliveryId);
  if (delivery === undefined) {
    return refuse('delivery.not_refused', `This delivery is ${seen.status}, not refused.`);
  }
  await settleCases(ctx, 'e_invoice.refused', [deliveryId], 'Sent again.');
  ctx.audit({
    action: 'delivery.resend',
    objectKind: 'document_delivery',
    objectId: encodeTypeId('dlv', deliveryId),
    details: { times: delivery.times },
  });
  return delivery;
}

const refOf = ({ invoiceId, creditNoteId }: Delivery): DocumentRef =>
  invoiceId === null ? { kind: 'credit_note', id: creditNoteId ?? '' } : { kind: 'invoice', id: invoiceId };

async function partiesOf(ctx: QueryCtx, { kind, id }: DocumentRef) {
  const found = kind === 'invoice' ? await findInvoice(ctx, id) : await findNote(ctx, id);
  if (found === undefined) throw new Error(`the document ${id} of a delivery is missing`);
  return {
    number: found.number,
    customerId: found.customerId,
    sender: partyOfEInvoice(found.seller).endpoint,
    receiver: partyOfEInvoice(found.buyer).endpoint,
  };
}
