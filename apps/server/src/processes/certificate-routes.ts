import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import type { giveTaxCertificate } from '@billhook/contract/schemas/tax-certificates';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Static } from 'typebox';
import { type Handlers, outside } from '../http/handlers.ts';
import { customerRowId, getCustomer } from '../modules/customers/api.ts';
import {
  acceptCertificate,
  type CertificateTerms,
  certificatesOf,
  giveCertificate,
  refuseCertificate,
  withdrawCertificate,
} from '../modules/customers/certificates/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { type FileService, getFile, keepAsProof, readUploaded } from '../modules/files/api.ts';
import { openCase, settleCases } from '../modules/support/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { presentCertificates } from './present-certificate.ts';

type Given = Static<typeof giveTaxCertificate>;
type RouteIds =
  | 'listTaxCertificates'
  | 'addTaxCertificate'
  | 'acceptTaxCertificate'
  | 'refuseTaxCertificate'
  | 'withdrawTaxCertificate';
type MyRouteIds = 'listMyTaxCertificates' | 'uploadMyTaxCertificate' | 'giveMyTaxCertificate';

/** One that a customer gave waits for staff as a case. */
const TO_CHECK = 'tax.certificate_to_check';

/** Certificates of exemption, on the seller's side. */
export function certificateRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listTaxCertificates: async (ctx, { params }) => {
      const { id } = await getCustomer(ctx, customerRowId(params.id));
      return listed(ctx, id);
    },
    addTaxCertificate: async (ctx, { params, body }) => give(ctx, customerRowId(params.id), body),
    acceptTaxCertificate: async (ctx, { params, body }) => {
      const { valid_from: from, valid_to: to, ...rest } = body;
      const corrected = {
        ...rest,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const record = await acceptCertificate(ctx, idOf(params.id), corrected);
      if (record.fileId !== null) await keepAsProof(ctx, record.fileId);
      await settle(ctx, record.id);
      return one(ctx, record);
    },
    refuseTaxCertificate: async (ctx, { params, body }) => {
      const record = await refuseCertificate(ctx, idOf(params.id), body.why);
      await settle(ctx, record.id);
      return one(ctx, record);
    },
    withdrawTaxCertificate: async (ctx, { params, body }) =>
      one(ctx, await withdrawCertificate(ctx, idOf(params.id), body.why)),
  };
}

/** What a customer gives and sees of its own. */
export function myCertificateRoutes(deps: {
  transactor: Transactor;
  files: FileService;
}): Pick<Handlers<MemberRoutes>, MyRouteIds> {
  return {
    listMyTaxCertificates: async (ctx) => listed(ctx, (await requireMembership(ctx)).customerId),
    uploadMyTaxCertificate: outside(async (request, { body }) => {
      const { customerId } = await deps.transactor.query(request, (ctx) =>
        requireMembership(ctx, ['owner', 'admin']),
      );
      const { name, bytes } = await readUploaded(body.file, 'upload');
      const file = await deps.files.store(request, { purpose: 'upload', name, bytes, customerId });
      return {
        id: encodeTypeId('file', file.id),
        object: 'certificate_file' as const,
        name: file.name,
        created_at: iso(file.createdAt),
      };
    }),
    giveMyTaxCertificate: async (ctx, { body }) => {
      const { customerId } = await requireMembership(ctx, ['owner', 'admin']);
      const given = await give(ctx, customerId, body);
      const subjectId = idOf(given.id);
      await openCase(ctx, {
        kind: TO_CHECK,
        customerId,
        subjectId,
        detail: 'The customer gave a certificate of exemption. Until it is accepted, tax is charged.',
        facts: { country: body.country, reason: body.reason },
      });
      return given;
    },
  };
}

const settle = (ctx: CommandCtx, id: string) =>
  settleCases(ctx, TO_CHECK, [id], 'The certificate was checked.');

async function give(ctx: CommandCtx, customerId: string, body: Given) {
  const terms: CertificateTerms = {
    reason: body.reason,
    number: body.number?.trim() || null,
    country: body.country,
    regions: body.regions ?? [],
    from: body.valid_from,
    to: body.valid_to ?? null,
  };
  const fileId = body.file == null ? null : await ownFile(ctx, customerId, body.file);
  return one(ctx, await giveCertificate(ctx, customerId, terms, fileId));
}

/** A file of another customer is answered like one that does not exist. */
async function ownFile(ctx: QueryCtx, customerId: string, text: string): Promise<string> {
  const id = decodeTypeId('file', text);
  const file = id.ok ? await getFile(ctx, id.value) : undefined;
  if (file?.state !== 'clean' || file.customerId !== customerId || file.purpose !== 'upload')
    refuse('file.not_found', 'There is no such file of this customer.');
  return file.id;
}

async function listed(ctx: QueryCtx, customerId: string) {
  const records = await certificatesOf(ctx, customerId);
  return {
    object: 'list' as const,
    data: await presentCertificates(ctx, records),
    has_more: false,
    next_cursor: null,
  };
}

async function one(ctx: QueryCtx, record: Awaited<ReturnType<typeof giveCertificate>>) {
  const [shown] = await presentCertificates(ctx, [record]);
  return shown ?? refuse('tax_certificate.not_found', 'There is no such certificate.');
}

function idOf(text: string): string {
  const id = decodeTypeId('cert', text);
  return id.ok ? id.value : refuse('tax_certificate.not_found', 'There is no such certificate.');
}
