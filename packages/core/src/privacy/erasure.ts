/** What stands in the way of erasing a customer, as it is loaded under the customer's lock. */
export interface ErasureFacts {
  readonly isErased: boolean;
  /** An earlier erasure waits for a second person, or is being carried out. */
  readonly isUnderWay: boolean;
  readonly isOnHold: boolean;
  /** Subscriptions that have not ended. */
  readonly subscriptions: number;
  /** Subscriptions that have ended and whose last bill is not made. */
  readonly unbilled: number;
  /** Invoices on which something is owed, drafts among them. */
  readonly openInvoices: number;
  /** Charges and refunds whose end is not known. */
  readonly moneyUnderWay: number;
  readonly openDisputes: number;
}

export const HINDRANCES = [
  'erased',
  'under_way',
  'legal_hold',
  'subscriptions',
  'unbilled',
  'open_invoices',
  'money_under_way',
  'disputes',
] as const;

export type Hindrance = (typeof HINDRANCES)[number];

/** Everything that stands in the way, in the order of the list; nothing where the customer may be erased. */
export function hindrancesOf(facts: ErasureFacts): readonly Hindrance[] {
  const stands: Record<Hindrance, boolean> = {
    erased: facts.isErased,
    under_way: facts.isUnderWay,
    legal_hold: facts.isOnHold,
    subscriptions: facts.subscriptions > 0,
    unbilled: facts.unbilled > 0,
    open_invoices: facts.openInvoices > 0,
    money_under_way: facts.moneyUnderWay > 0,
    disputes: facts.openDisputes > 0,
  };
  return HINDRANCES.filter((hindrance) => stands[hindrance]);
}

/** For how many whole years after the year of their issue documents are kept. */
export interface Retention {
  readonly defaultYears: number;
  /** By the country that the seller is established in. */
  readonly countries: Readonly<Record<string, number>>;
}

export const DEFAULT_RETENTION: Retention = { defaultYears: 10, countries: {} };

/** Documents of one year of issue in the seller's calendar. */
export interface IssuedIn {
  readonly year: number;
  /** Of the seller as it stands on the documents; null where it does not say. */
  readonly country: string | null;
}

/**
 * The last day on which any of the documents must be kept; null where there is none. Laws count from the end of the
 * calendar year or from the day of issue: the end of the year is never too early.
 */
export function keptUntil(issued: readonly IssuedIn[], retention: Retention): string | null {
  const years = issued.map(({ year, country }) => year + yearsOf(country, retention));
  return years.length === 0 ? null : `${String(Math.max(...years)).padStart(4, '0')}-12-31`;
}

/** The first year of issue whose documents must still be kept in a year of the calendar: older ones may go. */
export function keptFromYear(currentYear: number, country: string | null, retention: Retention): number {
  return currentYear - yearsOf(country, retention);
}

/** The year with whose first day documents of a year of issue may go. */
export function takenInYear(issuedIn: number, country: string | null, retention: Retention): number {
  return issuedIn + yearsOf(country, retention) + 1;
}

function yearsOf(country: string | null, { defaultYears, countries }: Retention): number {
  const ofCountry = country === null ? undefined : countries[country];
  return ofCountry ?? defaultYears;
}
