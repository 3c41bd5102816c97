export function least(first: bigint, ...others: readonly bigint[]): bigint {
  return others.reduce((smallest, one) => (one < smallest ? one : smallest), first);
}
