import { measureRating, type Speed } from './core-rating.ts';

/** Measures the engine on one core. Exits 1 if a figure that was asked for is missed. */
function print(speeds: readonly Speed[]): void {
  for (const { name, perSecond, asked } of speeds) {
    const isMissed = asked !== null && perSecond < asked;
    const verdict = asked === null ? '      ' : isMissed ? 'MISSED' : 'ok    ';
    const goal = asked === null ? '' : `asked ${millions(asked)}, `;
    console.log(`${verdict} ${name.padEnd(40)} ${goal}seen ${millions(perSecond)}`);
    if (isMissed) process.exitCode = 1;
  }
}

function millions(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)} M/s`;
}

print(measureRating());
