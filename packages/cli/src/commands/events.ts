import { nounFor } from '@billhook/core/kernel/counted';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { explainFile, placeOf, readTextFile } from '../files.ts';
import { type ImportSummary, importEvents } from '../import-events.ts';
import { completeMapping, parseMapping, readMappingFile } from '../mapping.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';
import { createProgress } from '../progress.ts';

const SHOWN_FAULTS = 10;

interface ImportOptions extends GlobalOptions {
  readonly map?: string;
  readonly mapping?: string;
  readonly source?: string;
}

export function addEventCommands(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('events')
    .description('usage events')
    .command('import')
    .argument('<file>', 'one JSON record a line')
    .description('sends the records of a file as usage; may be repeated, nothing counts twice')
    .option('--map <mapping>', 'such as customer=client,time=time,id=id,type=request,data=bytes+status')
    .option('--mapping <file>', 'the same as a JSON file')
    .option('--source <name>', 'source of the events; ids are unique within it')
    .action(async (file: string, _own: unknown, command: Command) => {
      outcome.exitCode = await runImport(environment, file, command.optsWithGlobals<ImportOptions>());
    });
}

async function runImport(environment: Environment, file: string, options: ImportOptions): Promise<number> {
  const { terminal } = environment;
  const mapping = completeMapping(
    options.mapping === undefined
      ? {}
      : readMappingFile(await readTextFile(environment, options.mapping), options.mapping),
    options.map === undefined ? {} : parseMapping(options.map),
    options.source === undefined ? {} : { source: options.source },
  );
  const progress = createProgress(terminal);
  const faults: string[] = [];
  const place = placeOf(environment, file);
  const source = { file: place, server: environment.addressOf(options) };
  const summary = await importEvents(environment.connect(options), source, mapping, {
    resumed: (lines) =>
      terminal.err(
        `Goes on after ${lines.toLocaleString('en')} ${nounFor(lines, 'line')} that were sent before.\n`,
      ),
    progress: (share, soFar) =>
      progress.show(share, `${soFar.lines.toLocaleString('en')} ${nounFor(soFar.lines, 'line')}`),
    fault(line, reason) {
      if (faults.length < SHOWN_FAULTS) faults.push(`line ${line}: ${reason}`);
    },
  }).catch((error: unknown) => {
    throw explainFile(error, place);
  });
  progress.end();
  for (const fault of faults) terminal.err(`${fault}\n`);
  const faultCount = summary.quarantined + summary.rejected + summary.unreadable;
  if (faultCount > faults.length) terminal.err(`… and ${faultCount - faults.length} more.\n`);
  if (options.json) printJson(terminal, summary);
  else terminal.out(describe(summary));
  return summary.rejected + summary.unreadable > 0 ? EXIT.failed : EXIT.done;
}

function describe(summary: ImportSummary): string {
  return Object.entries(summary)
    .map(([name, count]) => `${name.padEnd(12)}${String(count).padStart(12)}\n`)
    .join('');
}
