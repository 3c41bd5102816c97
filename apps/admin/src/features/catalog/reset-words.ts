const FIXED: Readonly<Record<string, { option: string; words: string }>> = {
  billing_period: { option: 'Each billing period', words: 'each billing period' },
  calendar_month: { option: 'Each calendar month', words: 'each calendar month' },
  week: { option: 'Each week', words: 'each week' },
  day: { option: 'Each day', words: 'each day' },
  hour: { option: 'Each hour', words: 'each hour' },
  never: { option: 'Never', words: 'in all' },
};
/** Sliding windows that are offered; a catalogue file may name any other. */
const OFFERED = ['last_24_hours', 'last_7_days', 'last_30_days'] as const;

/** `last_24_hours` as "within any 24 hours". */
export function resetWords(reset: string): string {
  return FIXED[reset]?.words ?? `within any ${sliding(reset)}`;
}

function sliding(reset: string): string {
  return reset.replace(/^last_/, '').replace('_', ' ');
}

/** What can be chosen, with what is chosen already. */
export function resetOptions(chosen: string): { value: string; label: string }[] {
  const slides = [...new Set<string>([...OFFERED, ...(chosen in FIXED ? [] : [chosen])])];
  return [
    ...Object.entries(FIXED).map(([value, { option }]) => ({ value, label: option })),
    ...slides.map((value) => ({ value, label: `Last ${sliding(value)}, sliding` })),
  ];
}
