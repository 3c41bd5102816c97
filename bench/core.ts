import { loadavg } from 'node:os';
import { measureGrowth, measureInvoices, measureYear } from './core-invoices.ts';
import { measureRating } from './core-rating.ts';
import type { Speed } from './core-speed.ts';

/**
 * Measures the engine in processor time of one core, and says what was asked for beside what was seen. Exits 1 if a
 * figure that was asked for is missed.
 */
const MOST_GROWTH = 1.5;

function print(name: string, asked: string | null, seen: string, isMissed: boolean): void {
  const verdict = asked === null ? '      ' : isMissed ? 'MISSED' : 'ok    ';
  console.log(`${verdict} ${name.padEnd(46)} ${asked === null ? '' : `asked ${asked}, `}seen ${seen}`);
  if (isMissed) process.exitCode = 1;
}

function printSpeed({ name, perSecond, asked }: Speed): void {
  const wanted = asked === null ? null : millions(asked);
  print(name, wanted, millions(perSecond), asked !== null && perSecond < asked);
}

function millions(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(3)} M/s`;
}

for (const speed of measureRating()) printSpeed(speed);
for (const speed of measureInvoices()) printSpeed(speed);
const { askedMs, seenMs, invoices } = measureYear();
print(`a year ahead, ${invoices} documents`, `< ${askedMs} ms`, `${seenMs.toFixed(3)} ms`, seenMs >= askedMs);
for (const { name, perLineNs } of measureGrowth()) {
  const grown = Math.max(...perLineNs) / (perLineNs[0] as number);
  const seen = perLineNs.map((ns) => ns.toFixed(0)).join(', ');
  print(
    `ns a line of 7, 70, 700: ${name}`,
    `at most x ${MOST_GROWTH}`,
    `${seen} (x ${grown.toFixed(2)})`,
    grown > MOST_GROWTH,
  );
}
console.log(`       load of the machine over a minute: ${(loadavg()[0] as number).toFixed(1)}`);
