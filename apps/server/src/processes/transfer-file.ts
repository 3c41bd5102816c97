import { createHash } from 'node:crypto';
import { currencyCode } from '@billhook/core/money/currency';
import { formatMinor } from '@billhook/core/money/format';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { BankAccount } from '../modules/banking/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { listOutgoingTransfers } from './outgoing-transfers.ts';

type OutgoingTransfer = Awaited<ReturnType<typeof listOutgoingTransfers>>[number];

/**
 * The refunds that can be transferred from an account, as the file that banks take (ISO 20022, pain.001.001.09). Those
 * whose account is not known, or that are in another currency, are left out: a person sees to them. The end-to-end id is
 * that of the refund, so that the bank's statement names it again. Refuses with `refund.nothing_to_transfer`: no bank takes a
 * file without a transfer.
 */
export function transferFile(
  ctx: QueryCtx,
  account: BankAccount,
  waiting: readonly OutgoingTransfer[],
): string {
  const currency = currencyCode(account.currency);
  const chosen = waiting.filter(
    ({ iban, name, refund }) => iban !== null && name !== null && refund.currency === currency,
  );
  if (chosen.length === 0)
    return refuse('refund.nothing_to_transfer', `No refund in ${currency} waits whose account is known.`);
  const sumMinor = chosen.reduce((sum, { refund }) => sum + BigInt(refund.amount), 0n);
  const sum = formatMinor(sumMinor, currency);
  const today = formatDate(dateAt(ctx.now, zoneNamed(ctx.tenant.timeZone)));
  const transfers = chosen.map(
    ({ id, name, iban, refund, invoice_number }) =>
      `<CdtTrfTxInf><PmtId><EndToEndId>${id}</EndToEndId></PmtId>` +
      `<Amt><InstdAmt Ccy="${currency}">${formatMinor(BigInt(refund.amount), currency)}</InstdAmt></Amt>` +
      `<Cdtr><Nm>${escaped(name ?? '', 70)}</Nm></Cdtr><CdtrAcct><Id><IBAN>${iban}</IBAN></Id></CdtrAcct>` +
      `<RmtInf><Ustrd>${escaped(`Refund ${invoice_number ?? ''}`.trim(), 140)}</Ustrd></RmtInf></CdtTrfTxInf>`,
  );
  const message = messageName(today, transfers);
  const bank = account.bic === null ? '<Othr><Id>NOTPROVIDED</Id></Othr>' : `<BICFI>${account.bic}</BICFI>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>` +
    `<GrpHdr><MsgId>${message}</MsgId><CreDtTm>${iso(ctx.now)}</CreDtTm><NbOfTxs>${chosen.length}</NbOfTxs><CtrlSum>${sum}</CtrlSum>` +
    `<InitgPty><Nm>${escaped(account.holder, 70)}</Nm></InitgPty></GrpHdr>` +
    `<PmtInf><PmtInfId>${message}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>${chosen.length}</NbOfTxs><CtrlSum>${sum}</CtrlSum>` +
    `<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt><Dt>${today}</Dt></ReqdExctnDt>` +
    `<Dbtr><Nm>${escaped(account.holder, 70)}</Nm></Dbtr><DbtrAcct><Id><IBAN>${account.iban}</IBAN></Id></DbtrAcct>` +
    `<DbtrAgt><FinInstnId>${bank}</FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>${transfers.join('')}</PmtInf></CstmrCdtTrfInitn></Document>\n`
  );
}

/** The same contents on one day are the same message, so that a bank takes them once; other contents are another. */
function messageName(today: string, transfers: readonly string[]): string {
  const digest = createHash('sha256').update(transfers.join('\n'), 'utf8').digest('hex');
  return `BH${today.replaceAll('-', '')}${digest.slice(0, 20)}`;
}

function escaped(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
