/** What returns are about: a month, or a quarter of the year as the one-stop shop has it. */
export type Stretch = 'this_month' | 'last_month' | 'this_quarter' | 'last_quarter';

const text = (count: number): string =>
  `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`;

/** The first and last month of a stretch, counted from the month that is running, such as `2026-11`. */
export function monthsOf(stretch: Stretch, running: string): { from: string; to: string } {
  const [year = 0, month = 1] = running.split('-').map(Number);
  const now = year * 12 + month - 1;
  const back = stretch === 'last_month' || stretch === 'last_quarter' ? 1 : 0;
  if (stretch === 'this_month' || stretch === 'last_month')
    return { from: text(now - back), to: text(now - back) };
  const first = (Math.floor(now / 3) - back) * 3;
  return { from: text(first), to: text(first + 2) };
}
