import { Refusal } from '../../platform/refuse.ts';

/** How often a job is begun without keeping anything: by a fault of ours, or by a process that ended under it. */
export const MOST_TRIES = 5;
const MINUTE_MS = 60_000;

/** How long a job rests after a try that failed, so that what was wrong may be over: 1, 2, 4 and 8 minutes. */
export const restMs = (tries: number): number => MINUTE_MS * 2 ** Math.max(0, tries - 1);

/** What a person is told. What happened in detail stands in the server's log. */
export function faultAfter(what: 'export' | 'import', error: unknown): string {
  if (error instanceof Refusal) return error.detail;
  const kept = what === 'export' ? 'No file was made.' : 'Rows that were carried out before stay.';
  return (
    `An unexpected error came at each of ${MOST_TRIES} tries. ${kept} ` +
    `Begin it once more; if that fails too, whoever runs the server finds the reason in its log under this ${what}.`
  );
}
