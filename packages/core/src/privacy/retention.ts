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
