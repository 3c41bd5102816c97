import type { createExport } from '@billhook/contract/schemas/exports';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { isCurrencyCode } from '@billhook/core/money/currency';
import { parseDate } from '@billhook/core/time/calendar-date';
import { fitsDatev, stretchFault } from '@billhook/core/transfer/datev/buchungsstapel';
import type { Static } from 'typebox';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { customerRowId, getCustomer } from '../../customers/api.ts';
import { type ExportRecord, findExport, insertExport, type NewExport } from '../exports/repo.ts';
import { FORMATS } from '../exports/writers.ts';
import { readDatevSettings } from '../settings.ts';

type Body = Static<typeof createExport>;

const impossible = (detail: string): never => refuse('export.not_possible', detail);

/** Begins an export. What can be known to be impossible is refused here; the rest ends the export with its reason. */
export async function beginExport(ctx: CommandCtx, body: Body): Promise<ExportRecord> {
  const { kind } = body;
  const format = body.format ?? FORMATS[kind][0] ?? 'csv';
  if (!FORMATS[kind].includes(format))
    impossible(`${kind} can be had as ${FORMATS[kind].join(' or ')}, not as ${format}.`);
  const made: NewExport = {
    id: ctx.newId(),
    kind,
    format,
    from: body.from ?? null,
    to: body.to ?? null,
    currency: body.currency ?? null,
    customerId: body.customer === undefined ? null : customerRowId(body.customer),
    createdBy: ctx.actor.id,
  };
  checkDays(made);
  if (made.currency !== null && !isCurrencyCode(made.currency)) impossible('The currency is not known.');
  await checkKind(ctx, made);
  if (made.customerId !== null) await getCustomer(ctx, made.customerId);
  await insertExport(ctx, made);
  ctx.audit({
    action: 'export.create',
    objectKind: 'export',
    objectId: encodeTypeId('exp', made.id),
    details: { kind, format, from: made.from, to: made.to, customer: body.customer ?? null },
  });
  const record = await findExport(ctx, made.id);
  return record ?? refuse('export.not_found', 'There is no such export.');
}

function checkDays({ from, to }: NewExport): void {
  for (const day of [from, to]) {
    if (day !== null && !parseDate(day).ok) impossible(`There is no day ${day}.`);
  }
  if (from !== null && to !== null && to < from) impossible('The last day lies before the first.');
}

async function checkKind(
  ctx: CommandCtx,
  { kind, from, to, currency, customerId }: NewExport,
): Promise<void> {
  if (kind === 'customer' && customerId === null) impossible('Name the customer.');
  if (kind !== 'customer' && kind !== 'datev' && kind !== 'journal') return;
  if (kind === 'customer') {
    if (from !== null || to !== null || currency !== null)
      impossible('The export of a customer holds everything: it takes neither days nor a currency.');
    return;
  }
  if (customerId !== null) impossible('A journal holds every customer.');
  if (kind === 'journal') return;
  const settings = await readDatevSettings(ctx);
  if (settings === null) refuse('accounting.not_set_up', 'The settings for DATEV are missing.');
  if (currency === null || !isCurrencyCode(currency) || !fitsDatev(currency))
    return impossible('A file for DATEV is in one currency, with up to two decimal places. Name it.');
  const [first, last] = [parseDate(from ?? ''), parseDate(to ?? '')];
  if (!first.ok || !last.ok) return impossible('A file for DATEV names its first and last day.');
  const fault = stretchFault({ from: first.value, to: last.value }, settings.fiscalYearMonth);
  if (fault !== null) impossible(fault);
}
