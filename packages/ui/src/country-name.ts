/** A country in words, such as `United States` for `US`; what is no known code stays as it is. */
export function countryName(code: string, locale = 'en'): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
}

/** A country with its states or regions, which people know by their codes: `United States: TX, CA`. */
export function placeName(country: string, regions: readonly string[] = []): string {
  return regions.length === 0 ? countryName(country) : `${countryName(country)}: ${regions.join(', ')}`;
}
