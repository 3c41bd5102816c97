import { parseArgs } from 'node:util';
import { type FileReport, runFile } from './run-file.ts';

const USAGE = 'Usage: npm run cases -- FILE... [--json]';

/** Runs files of worked cases. Returns the exit code: 0 if all hold, 1 if some do not, 2 for a wrong call. */
function main(): number {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) {
    console.error(USAGE);
    return 2;
  }
  const reports: FileReport[] = [];
  for (const file of positionals) {
    try {
      reports.push(runFile(file));
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      return 2;
    }
  }
  if (values.json) console.log(JSON.stringify(reports, null, 2));
  else for (const report of reports) print(report);
  return reports.some((report) => report.counted > 0) ? 1 : 0;
}

function print(report: FileReport): void {
  const { file, cases, passed, failed, unsupported } = report;
  console.log(
    `${file}: ${passed} passed, ${failed} failed, ${unsupported} unsupported, of ${cases.length} cases`,
  );
  for (const entry of cases) {
    if (entry.status === 'passed') continue;
    const excuse = entry.notTaken.length > 0 ? ` (decided against: ${entry.notTaken.join(', ')})` : '';
    console.log(`  ${entry.status} ${entry.id}: expected ${entry.expected}, seen ${entry.seen}${excuse}`);
    if (entry.why !== undefined) console.log(`    ${entry.why}`);
  }
}

process.exitCode = main();
