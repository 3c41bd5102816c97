import { invariant } from '../../kernel/invariant.ts';
import { type CurrencyCode, minorDigits } from '../../money/currency.ts';
import { formatMinor } from '../../money/format.ts';
import {
  addDays,
  addMonthsClamped,
  type CalendarDate,
  calendarDate,
  dateFields,
  formatDate,
} from '../../time/calendar-date.ts';
import { DATEV_COLUMNS } from './columns.ts';
import { type DatevAccount, type DatevSettings, isCustomerAccount } from './settings.ts';
import { destinationOf, namesFor } from './treatments.ts';

/** As many as DATEV reads from one file. */
export const MOST_BOOKINGS = 99_999;

export interface Stretch {
  readonly from: CalendarDate;
  /** The last day. */
  readonly to: CalendarDate;
}

export interface DatevBooking {
  readonly debit: string;
  readonly credit: string;
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
  readonly on: CalendarDate;
  /** The number of the document. */
  readonly document: string;
  readonly text: string;
  /** The account that the seller keeps for this customer, if any. */
  readonly customerAccount: string | null;
}

/** The first day of the fiscal year that a day lies in. */
export function fiscalYearOf(date: CalendarDate, firstMonth: number): CalendarDate {
  const { year, month } = dateFields(date);
  return calendarDate({ year: month < firstMonth ? year - 1 : year, month: firstMonth, day: 1 });
}

/** A file carries days without years, so all of its days lie in one fiscal year. Null where they do. */
export function stretchFault({ from, to }: Stretch, firstMonth: number): string | null {
  if (to < from) return 'The last day lies before the first.';
  const begin = fiscalYearOf(from, firstMonth);
  const end = addDays(addMonthsClamped(begin, 12), -1);
  if (to <= end) return null;
  return `A file lies in one fiscal year: make one up to ${formatDate(end)} and one from then on.`;
}

/** Amounts have two places there, so those of a currency with three cannot be written. */
export const fitsDatev = (currency: CurrencyCode): boolean => minorDigits(currency) <= 2;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const compact = (date: CalendarDate) => formatDate(date).replaceAll('-', '');

/** The two lines before the bookings: 31 fields about the file, then the names of the columns. */
export function datevHead(
  settings: DatevSettings,
  stretch: Stretch,
  about: { readonly currency: CurrencyCode; readonly title: string; readonly madeAt: string },
): string {
  const fields = [
    quoted('EXTF'),
    '700',
    '21',
    quoted('Buchungsstapel'),
    '13',
    about.madeAt.replaceAll(/[^0-9]/g, '').slice(0, 17),
    '',
    quoted(''),
    quoted(''),
    quoted(''),
    String(settings.consultant),
    String(settings.client),
    compact(fiscalYearOf(stretch.from, settings.fiscalYearMonth)),
    String(settings.accountLength),
    compact(stretch.from),
    compact(stretch.to),
    quoted(about.title.slice(0, 30)),
    quoted(''),
    '1',
    '0',
    settings.fixed ? '1' : '0',
    quoted(about.currency),
    '',
    quoted(''),
    '',
    '',
    quoted(settings.chart ?? ''),
    '',
    '',
    quoted(''),
    quoted(''),
  ];
  const names = DATEV_COLUMNS.map(({ name }) => name);
  return `${fields.join(';')}\r\n${names.join(';')}\r\n`;
}

/** Accounts of the ledger that a booking needs and the settings do not name. */
export function missingAccounts(settings: DatevSettings, booking: DatevBooking): string[] {
  return [booking.debit, booking.credit].filter(
    (account) =>
      namedAccount(settings, account) === undefined && personalAccount(settings, account, booking) === null,
  );
}

/** One booking. Every account that it needs must be named: see `missingAccounts`. */
export function datevLine(settings: DatevSettings, booking: DatevBooking): string {
  const debit = accountOf(settings, booking.debit, booking);
  const credit = accountOf(settings, booking.credit, booking);
  const { day, month } = dateFields(booking.on);
  const two = (figure: number) => String(figure).padStart(2, '0');
  const values: Readonly<Record<string, string>> = {
    'Umsatz (ohne Soll/Haben-Kz)': amountText(booking.amountMinor, booking.currency),
    'Soll/Haben-Kennzeichen': 'S',
    'WKZ Umsatz': booking.currency,
    Konto: debit.number,
    'Gegenkonto (ohne BU-Schlüssel)': credit.number,
    'BU-Schlüssel': debit.taxKey ?? credit.taxKey ?? '',
    Belegdatum: `${two(day)}${two(month)}`,
    'Belegfeld 1': booking.document.replaceAll(/[^A-Za-z0-9$&%*+\-/]/g, '').slice(0, 36),
    Buchungstext: booking.text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 60),
    ...destinationCells(booking),
    Festschreibung: settings.fixed ? '1' : '0',
  };
  const cells = DATEV_COLUMNS.map(({ name, isText }) => {
    const value = values[name] ?? '';
    return isText ? quoted(value) : value;
  });
  return `${cells.join(';')}\r\n`;
}

/** Sales that are taxed in another country name it with its rate. */
function destinationCells({ debit, credit }: DatevBooking): Readonly<Record<string, string>> {
  const elsewhere = destinationOf(debit) ?? destinationOf(credit);
  if (elsewhere === null) return {};
  const [whole = '', fraction = ''] = elsewhere.percent.split('.');
  return {
    'EU-Land u. UStID (Bestimmung)': elsewhere.country,
    'EU-Steuersatz (Bestimmung)': `${whole},${fraction.padEnd(2, '0')}`,
  };
}

function accountOf(settings: DatevSettings, account: string, booking: DatevBooking): DatevAccount {
  const found = personalAccount(settings, account, booking) ?? namedAccount(settings, account);
  invariant(found !== undefined, `The account ${account} has no number.`);
  return found;
}

/** Undefined where the seller has said nothing of it. */
export function namedAccount(
  { accounts }: Pick<DatevSettings, 'accounts'>,
  account: string,
): DatevAccount | undefined {
  for (const name of namesFor(account)) if (accounts[name] !== undefined) return accounts[name];
  return undefined;
}

/** What a customer owes stands on the customer's own account, where the seller keeps one. */
function personalAccount(
  settings: DatevSettings,
  account: string,
  { customerAccount }: DatevBooking,
): DatevAccount | null {
  if (account !== 'receivable' || customerAccount === null) return null;
  return isCustomerAccount(customerAccount, settings.accountLength)
    ? { number: customerAccount, taxKey: null }
    : null;
}

/** Two places and a comma, whatever the currency has: 5 yen are 5,00. */
function amountText(amountMinor: bigint, currency: CurrencyCode): string {
  const [whole, fraction = ''] = formatMinor(amountMinor, currency).split('.');
  invariant(fraction.length <= 2, 'An amount has up to two places there.');
  return `${whole},${fraction.padEnd(2, '0')}`;
}
