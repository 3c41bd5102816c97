/** `1, 3, 7` as whole days. */
export function readDays(text: string | undefined): number[] {
  return (text ?? '')
    .split(/[\s,]+/)
    .filter((part) => /^\d{1,2}$/.test(part))
    .map(Number);
}
