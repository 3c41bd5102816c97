import { parseCurrency } from '../../money/currency.ts';
import { parseMinor } from '../../money/format.ts';
import { type CalendarDate, parseDate } from '../../time/calendar-date.ts';
import { parseIban } from '../iban.ts';
import { childrenOf, inside, textAt, type XmlElement } from '../read-xml.ts';
import type { StatementFault, StatementLine } from '../statement.ts';

/** What all lines of an entry share. */
type Head = Pick<StatementLine, 'bookedOn' | 'valueOn' | 'amountMinor' | 'currency' | 'isReversal'> & {
  bankReference: string | null;
};

/** Texts that banks write where they know nothing. */
const NOTHING = new Set(['NOTPROVIDED', 'NONREF', 'NOREF', 'NOTAVAILABLE', 'NICHT ANGEGEBEN']);

/** The lines of one booked entry: one for each transaction of it, or one for the whole. */
export function linesOfEntry(entry: XmlElement, place: string, faults: StatementFault[]): StatementLine[] {
  const head = headOf(entry, place, faults);
  if (head === null || head.amountMinor === 0n) return [];
  const details = childrenOf(entry, 'NtryDtls').flatMap((one) => childrenOf(one, 'TxDtls'));
  const charges = chargesOf(entry, head);
  const [only] = details;
  if (details.length <= 1 || only === undefined) return [lineOf(head, entry, only, charges, '')];
  const amounts = details.map((detail) => amountOfDetail(detail, head));
  const sum = amounts.reduce<bigint | null>((so, one) => (so === null || one === null ? null : so + one), 0n);
  const isNet = sum !== null && charges > 0n && sum - charges === head.amountMinor;
  if (sum === null || (sum !== head.amountMinor && !isNet))
    return [lineOf(head, entry, undefined, charges, '')];
  const lines = details.flatMap((detail, index) => {
    const amountMinor = amounts[index] ?? 0n;
    return amountMinor === 0n
      ? []
      : [lineOf({ ...head, amountMinor }, entry, detail, chargesOf(detail, head), `/${index + 1}`)];
  });
  // What the bank kept of a batch is a movement of its own, so that the lines add up to what was booked.
  if (!isNet) return lines;
  const fee = lineOf({ ...head, amountMinor: -charges }, entry, undefined, 0n, '/charges');
  return [...lines, { ...fee, text: `Charges of the bank. ${fee.text}`.trim() }];
}

function headOf(entry: XmlElement, place: string, faults: StatementFault[]): Head | null {
  const amount = amountAt(inside(entry, 'Amt'));
  const booked = dateAt(inside(entry, 'BookgDt')) ?? dateAt(inside(entry, 'ValDt'));
  const sign = textAt(entry, 'CdtDbtInd');
  if (amount === null) faults.push({ place, detail: 'The amount is not a figure in a known currency.' });
  if (booked === null) faults.push({ place, detail: 'The day of booking is missing or does not exist.' });
  if (sign !== 'CRDT' && sign !== 'DBIT')
    faults.push({ place, detail: 'It is not said whether the money came in or went out.' });
  if (amount === null || booked === null || (sign !== 'CRDT' && sign !== 'DBIT')) return null;
  return {
    bookedOn: booked,
    valueOn: dateAt(inside(entry, 'ValDt')),
    amountMinor: sign === 'CRDT' ? amount.minor : -amount.minor,
    currency: amount.currency,
    isReversal: isTrue(textAt(entry, 'RvslInd')),
    bankReference: told(textAt(entry, 'AcctSvcrRef')),
  };
}

function lineOf(
  head: Head,
  entry: XmlElement,
  detail: XmlElement | undefined,
  chargesMinor: bigint,
  part: string,
): StatementLine {
  const own = told(textAt(detail, 'Refs', 'AcctSvcrRef'));
  const reference = head.bankReference ?? own;
  const parties = inside(detail, 'RltdPties');
  // Who is on the other side of a reversal is who was there the first time.
  const isReversal = head.isReversal || inside(detail, 'RtrInf') !== undefined;
  const cameIn = head.amountMinor > 0n !== isReversal;
  const [party, account] = cameIn ? ['Dbtr', 'DbtrAcct'] : ['Cdtr', 'CdtrAcct'];
  const iban = parseIban(textAt(parties, account, 'Id', 'IBAN') ?? '');
  const free = childrenOf(inside(detail, 'RmtInf'), 'Ustrd').map(({ text }) => text);
  const more = free.length === 0 ? (textAt(detail, 'AddtlTxInf') ?? textAt(entry, 'AddtlNtryInf')) : null;
  return {
    bookedOn: head.bookedOn,
    valueOn: head.valueOn,
    amountMinor: head.amountMinor,
    currency: head.currency,
    isReversal,
    name: textAt(parties, party, 'Pty', 'Nm') ?? textAt(parties, party, 'Nm'),
    iban: iban.ok ? iban.value : null,
    reference: structured(detail),
    text: [...free, ...(more === null ? [] : [more])].join(' ').replaceAll(/\s+/g, ' ').trim(),
    endToEndId: told(textAt(detail, 'Refs', 'EndToEndId')),
    bankReference:
      reference === null ? null : `${reference}${own !== null && own !== reference ? `/${own}` : ''}${part}`,
    chargesMinor,
  };
}

function structured(detail: XmlElement | undefined): string | null {
  for (const one of childrenOf(inside(detail, 'RmtInf'), 'Strd')) {
    const reference = textAt(one, 'CdtrRefInf', 'Ref');
    if (reference !== null) return reference;
  }
  return null;
}

/** The part of a transaction in an entry, signed; null where it is not told in the account's currency. */
function amountOfDetail(detail: XmlElement, head: Head): bigint | null {
  const amount = amountAt(inside(detail, 'Amt') ?? inside(detail, 'AmtDtls', 'TxAmt', 'Amt'));
  if (amount === null || amount.currency !== head.currency) return null;
  const sign = textAt(detail, 'CdtDbtInd') ?? (head.amountMinor > 0n ? 'CRDT' : 'DBIT');
  return sign === 'CRDT' ? amount.minor : -amount.minor;
}

/** Charges that were taken, in the account's currency: plain in version 02, as records after it. */
function chargesOf(element: XmlElement, head: Pick<Head, 'currency'>): bigint {
  let sum = 0n;
  for (const charges of childrenOf(element, 'Chrgs')) {
    const records = childrenOf(charges, 'Rcrd');
    for (const one of records.length === 0 ? [charges] : records) {
      const amount = amountAt(inside(one, 'Amt'));
      if (amount === null || amount.currency !== head.currency) continue;
      sum += textAt(one, 'CdtDbtInd') === 'CRDT' ? -amount.minor : amount.minor;
    }
  }
  return sum < 0n ? 0n : sum;
}

function amountAt(element: XmlElement | undefined) {
  const currency = parseCurrency(element?.attributes.get('Ccy') ?? '');
  if (element === undefined || !currency.ok) return null;
  // Banks may write more places than the currency has, as long as they are zeros.
  const minor = plainMinor(element.text, currency.value);
  return minor === null ? null : { minor, currency: currency.value };
}

function plainMinor(text: string, currency: Parameters<typeof parseMinor>[1]): bigint | null {
  const found = /^\+?([0-9]{1,15})(?:\.([0-9]*))?$/.exec(text);
  if (found === null) return null;
  const places = (found[2] ?? '').replace(/0+$/, '');
  const whole = (found[1] ?? '').replace(/^0+(?=[0-9])/, '');
  const minor = parseMinor(places === '' ? whole : `${whole}.${places}`, currency);
  return minor.ok ? minor.value : null;
}

function dateAt(element: XmlElement | undefined): CalendarDate | null {
  const text = textAt(element, 'Dt') ?? textAt(element, 'DtTm');
  const date = text === null ? null : parseDate(text.slice(0, 10));
  return date?.ok ? date.value : null;
}

const isTrue = (text: string | null): boolean => text === 'true' || text === '1';

const told = (text: string | null): string | null =>
  text === null || NOTHING.has(text.toUpperCase()) ? null : text;
