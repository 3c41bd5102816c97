import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../http/handlers.ts';
import { getCustomers } from '../modules/customers/api.ts';
import type { FileService } from '../modules/files/api.ts';
import {
  type DisputeFile,
  type DisputeRow,
  filesOfDisputes,
  findDispute,
  listDisputes,
  type Providers,
} from '../modules/payments/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso, isoOrNull } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { answerDispute } from './answer-dispute.ts';

type RouteIds = 'listDisputes' | 'getDispute' | 'answerDispute';

/** Payments that banks ask back. */
export function disputeRoutes(deps: {
  transactor: Transactor;
  providers: Providers;
  files: FileService;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listDisputes: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const customer = query.customer === undefined ? undefined : decodeTypeId('cus', query.customer);
      const rows = await listDisputes(ctx, {
        isOpen: query.status === 'open',
        customerId: customer?.ok ? customer.value : null,
        after: readCursorId('dp', query.starting_after),
        limit: limit + 1,
      });
      return pageOf(
        await presentDisputes(ctx, rows),
        limit,
        (row) => row,
        (row) => row.id,
      );
    },
    getDispute: (ctx, { params }) => oneDispute(ctx, idOf(params.id)),
    answerDispute: outside(async (request, { params, body }) => {
      const id = idOf(params.id);
      const evidence = {
        customerName: body.customer_name ?? null,
        customerEmail: body.customer_email ?? null,
        customerIp: body.customer_ip ?? null,
        billingAddress: body.billing_address ?? null,
        productDescription: body.product_description ?? null,
        serviceDate: body.service_date ?? null,
        accessLog: body.access_log ?? null,
        refundPolicy: body.refund_policy ?? null,
        cancellationPolicy: body.cancellation_policy ?? null,
        text: body.text,
      };
      const files = (body.files ?? []).map(({ file, kind }) => ({ fileId: fileIdOf(file), kind }));
      await answerDispute(deps, request, id, { evidence, files });
      return deps.transactor.query(request, (ctx) => oneDispute(ctx, id));
    }),
  };
}

function idOf(text: string): string {
  const id = decodeTypeId('dp', text);
  return id.ok ? id.value : notFound();
}

function fileIdOf(text: string): string {
  const id = decodeTypeId('file', text);
  return id.ok ? id.value : refuse('dispute.files_not_taken', 'A file is not there. Nothing was handed in.');
}

function notFound(): never {
  return refuse('dispute.not_found', 'There is no such dispute.');
}

async function oneDispute(ctx: QueryCtx, id: string) {
  const row = await findDispute(ctx, id);
  const [shown] = row === undefined ? [] : await presentDisputes(ctx, [row]);
  return shown ?? notFound();
}

async function presentDisputes(ctx: QueryCtx, rows: readonly DisputeRow[]) {
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  const files = await filesOfDisputes(
    ctx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: encodeTypeId('dp', row.id),
    object: 'dispute' as const,
    status: row.status,
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customers.get(row.customerId)?.name ?? '',
    payment: encodeTypeId('pay', row.paymentId),
    invoice: row.invoiceId === null ? null : encodeTypeId('inv', row.invoiceId),
    currency: row.currency,
    amount: `${row.amountMinor}`,
    reason: row.reason,
    provider: row.provider,
    provider_reference: row.providerObjectId,
    withdrawn: `${row.withdrawnMinor - row.returnedMinor}`,
    fee: `${row.feeMinor - row.feeReturnedMinor}`,
    lost: `${row.lostMinor}`,
    evidence_due_at: isoOrNull(row.evidenceDueAt),
    evidence: row.evidenceState,
    evidence_text: row.evidence?.text ?? null,
    evidence_at: isoOrNull(row.evidenceAt),
    evidence_files: files.filter(({ disputeId }) => disputeId === row.id).map(presentFile),
    created_at: iso(row.openedAt),
    closed_at: isoOrNull(row.closedAt),
  }));
}

function presentFile({ fileId, kind, name, contentType, byteSize, sha256, takenAt }: DisputeFile) {
  return {
    file: encodeTypeId('file', fileId),
    kind,
    name,
    content_type: contentType,
    byte_size: Number(byteSize),
    sha256: Buffer.from(sha256).toString('hex'),
    taken_at: isoOrNull(takenAt),
  };
}
