const ENGLISH = new Intl.PluralRules('en');

/** A count with what is counted, as people say it: `1 row`, `2 rows`. */
export function counted(count: number | bigint | string, one: string, many = `${one}s`): string {
  return `${count} ${nounFor(count, one, many)}`;
}

/** What is counted, where the number is written by itself: `3 of 1 row`. */
export function nounFor(count: number | bigint | string, one: string, many = `${one}s`): string {
  return ENGLISH.select(Number(count)) === 'one' ? one : many;
}
