// `npm run test:soak [cycles]`: 200 kills of server, database or both during ingest, unless told otherwise.
import { killWhileIngesting } from './ingest-kill.ts';

const cycles = Number(process.argv[2] ?? 200);
const report = await killWhileIngesting(cycles, (cycle, acknowledged) => {
  if (cycle % 10 === 0)
    process.stderr.write(`${cycle} of ${cycles} kills, ${acknowledged} events acknowledged\n`);
});
const isRight = report.lost === 0 && report.doubled === 0 && report.takenAgain === 0;
process.stdout.write(`${isRight ? 'right' : 'wrong'}: ${JSON.stringify(report)}\n`);
process.exitCode = isRight ? 0 : 1;
