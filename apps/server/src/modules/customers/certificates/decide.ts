import { nextCertificateNotice } from '@billhook/core/tax/certificate-notices';
import type { TaxCertificate } from '@billhook/core/tax/certificates';
import { parseDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { isCountryCode } from '../countries.ts';
import { customerId } from '../ids.ts';
import { lockCustomerRows } from '../repo.ts';
import { type CertificateRecord, certificateById, certificatesOf } from './repo.ts';
import { insertCertificate, updateCertificate } from './write.ts';

export type CertificateTerms = Omit<TaxCertificate, 'id'>;

/** Nobody gives so many by hand; it keeps a portal from filling up the desk of the staff. */
const MOST_WAITING = 20;

/**
 * Keeps a certificate that waits to be checked. Refuses with `customer.not_found`, `request.invalid`, and for one that the
 * customer gave itself `tax_certificate.too_many`.
 */
export async function giveCertificate(
  ctx: CommandCtx,
  owner: string,
  terms: CertificateTerms,
  fileId: string | null,
): Promise<CertificateRecord> {
  checkTerms(terms);
  const [customer] = await lockCustomerRows(ctx, [owner]);
  if (customer === undefined) refuse('customer.not_found', 'There is no such customer.');
  if (ctx.actor.kind === 'member') {
    const waiting = (await certificatesOf(ctx, owner)).filter(({ decision }) => decision === 'to_check');
    if (waiting.length >= MOST_WAITING)
      refuse('tax_certificate.too_many', 'Some certificates wait to be checked already.');
  }
  const record: CertificateRecord = {
    ...terms,
    id: ctx.newId(),
    customerId: owner,
    fileId,
    decision: 'to_check',
    givenBy: `${ctx.actor.kind}:${ctx.actor.id}`,
    givenAt: ctx.now,
    decidedBy: null,
    decidedAt: null,
    why: null,
    noticeAt: null,
  };
  await insertCertificate(ctx, record);
  tell(ctx, record, 'submitted', { by_customer: ctx.actor.kind === 'member' });
  return record;
}

/** Accepts one that waits, with what staff corrected: from now on the tax of its days rests on it. */
export async function acceptCertificate(
  ctx: CommandCtx,
  id: string,
  corrected: Partial<CertificateTerms>,
): Promise<CertificateRecord> {
  const before = await lockedCertificate(ctx, id, 'to_check');
  const terms = { ...before, ...corrected };
  checkTerms(terms);
  const noticeAt = nextCertificateNotice(terms.to, zoneNamed(ctx.tenant.timeZone), ctx.now);
  const after = { ...terms, ...decidedNow(ctx), decision: 'accepted' as const, why: null, noticeAt };
  await updateCertificate(ctx, after);
  tell(ctx, after, 'accepted');
  return after;
}

export function refuseCertificate(ctx: CommandCtx, id: string, why: string): Promise<CertificateRecord> {
  return end(ctx, id, { from: 'to_check', decision: 'refused' }, why);
}

/** Takes back one that was accepted: what is invoiced from now on is taxed, what was invoiced stays. */
export function withdrawCertificate(ctx: CommandCtx, id: string, why: string): Promise<CertificateRecord> {
  return end(ctx, id, { from: 'accepted', decision: 'withdrawn' }, why);
}

type Ending = { from: 'to_check'; decision: 'refused' } | { from: 'accepted'; decision: 'withdrawn' };

async function end(ctx: CommandCtx, id: string, { from, decision }: Ending, why: string) {
  const before = await lockedCertificate(ctx, id, from);
  const after = { ...before, ...decidedNow(ctx), decision, why: why.trim() || null, noticeAt: null };
  await updateCertificate(ctx, after);
  tell(ctx, after, decision);
  return after;
}

/** Locks the customer, whose tax hangs on it, and only then trusts what was read. */
async function lockedCertificate(
  ctx: CommandCtx,
  id: string,
  wanted: CertificateRecord['decision'],
): Promise<CertificateRecord> {
  const found = (await certificateById(ctx, id)) ?? notFound();
  await lockCustomerRows(ctx, [found.customerId]);
  const record = (await certificateById(ctx, id)) ?? notFound();
  if (record.decision !== wanted)
    refuse('tax_certificate.decided', `The certificate is ${record.decision.replace('_', ' ')}.`);
  return record;
}

const notFound = () => refuse('tax_certificate.not_found', 'There is no such certificate.');

function decidedNow(ctx: CommandCtx): Pick<CertificateRecord, 'decidedBy' | 'decidedAt'> {
  return { decidedBy: `${ctx.actor.kind}:${ctx.actor.id}`, decidedAt: ctx.now };
}

/** Checks what a schema cannot. Every fault at once, as `request.invalid`. */
function checkTerms({ country, from, to }: CertificateTerms): void {
  const faults: FieldFault[] = [];
  if (!isCountryCode(country))
    faults.push({ pointer: '/country', code: 'country.unknown', detail: 'A country is an ISO 3166-1 code.' });
  for (const [name, text] of [
    ['valid_from', from],
    ['valid_to', to],
  ] as const)
    if (text !== null && !parseDate(text).ok)
      faults.push({ pointer: `/${name}`, code: 'date.unknown', detail: 'There is no such day.' });
  if (to !== null && to < from)
    faults.push({ pointer: '/valid_to', code: 'date.order', detail: 'The last day is before the first.' });
  if (faults.length > 0) refuse('request.invalid', 'The certificate has faults.', { faults });
}

/** News and audit of what happened; that the customer's tax may be another one now is told as well. */
function tell(
  ctx: CommandCtx,
  { id, customerId: owner, number, country, why }: CertificateRecord,
  what: 'submitted' | 'accepted' | 'refused' | 'withdrawn',
  more: { by_customer?: boolean } = {},
): void {
  const payload = { number, country, why, ...more };
  ctx.emit({ type: `tax_certificate.${what}`, objectId: id, customerId: owner, payload });
  if (what === 'accepted' || what === 'withdrawn') {
    const fields = ['tax_certificates'];
    ctx.emit({ type: 'customer.updated', objectId: owner, customerId: owner, payload: { fields } });
  }
  ctx.audit({
    action: `tax_certificate.${ACTS[what]}`,
    objectKind: 'customer',
    objectId: customerId(owner),
    details: { certificate: id, country, ...(why === null ? {} : { why }) },
  });
}

const ACTS = { submitted: 'submit', accepted: 'accept', refused: 'refuse', withdrawn: 'withdraw' } as const;
