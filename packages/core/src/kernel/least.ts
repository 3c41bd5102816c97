export function least<T extends bigint>(first: T, ...others: readonly T[]): T {
  return others.reduce((smallest, one) => (one < smallest ? one : smallest), first);
}
