import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { counted } from '@billhook/core/kernel/counted';
import { toWire } from '@billhook/sdk/case';
import type { DataImport, ImportLine } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { placeOf } from '../files.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';
import { createProgress } from '../progress.ts';

const KINDS = ['customers', 'subscriptions'] as const;
const DELIMITERS = [',', ';', '\t'] as const;
/** Between two looks at how far it has come. */
const LOOK_EVERY_MS = 300;

interface ImportOptions extends GlobalOptions {
  readonly delimiter?: string;
  readonly map: readonly string[];
  readonly dryRun?: boolean;
}

/** `import` shows what a file would do and does it; it ends with 1 where a line is refused. */
export function addImportCommand(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('import')
    .argument('<kind>', KINDS.join(' or '))
    .argument('<file>', 'CSV in UTF-8 with headings')
    .description('takes customers or subscriptions from CSV; the same file again changes nothing')
    .option('--dry-run', 'only says line by line what would be done')
    .option('--delimiter <character>', 'comma if left out; ; or a tab')
    .option('--map <field=column>', 'which column a field is read from; as often as needed', collect, [])
    .action(async (kind: string, file: string, _own: unknown, command: Command) => {
      await importFrom(environment, outcome, { kind, file }, command.optsWithGlobals());
    });
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function mappingOf(pairs: readonly string[]): string {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--map is field=column, such as name=Company, not ${pair}.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

async function importFrom(
  environment: Environment,
  outcome: Outcome,
  what: { kind: string; file: string },
  options: ImportOptions,
): Promise<void> {
  const kind = KINDS.find((one) => one === what.kind);
  const delimiter = DELIMITERS.find((one) => one === (options.delimiter ?? ','));
  if (kind === undefined) throw new UsageError(`There is no kind ${what.kind}. Take ${KINDS.join(' or ')}.`);
  if (delimiter === undefined) throw new UsageError('The delimiter is a comma, a semicolon or a tab.');
  const mapping = mappingOf(options.map);
  const bytes = await readFile(placeOf(environment, what.file)).catch(() => {
    throw new UsageError(`There is no file ${what.file}.`);
  });
  const { imports } = environment.connect(options);
  const file = new Blob([new Uint8Array(bytes)], { type: 'text/csv' });
  const begun = await imports.upload({ kind, delimiter, mapping, file, fileName: path.basename(what.file) });
  const checked = await awaited(environment, imports, begun);
  const isDry = options.dryRun === true;
  const done = isDry ? checked : await awaited(environment, imports, await imports.run(checked.id, {}));
  if (isDry) await imports.cancel(checked.id, {});
  if (done.counts.refuse > 0 || done.status === 'failed') outcome.exitCode = EXIT.failed;
  await report(environment, imports, done, { isDry, isJson: options.json === true });
}

async function awaited(
  environment: Environment,
  imports: Billhook['imports'],
  begun: DataImport,
): Promise<DataImport> {
  const progress = createProgress(environment.terminal);
  let now = begun;
  while (now.status === 'checking' || now.status === 'running') {
    const word = now.status === 'checking' ? 'looked at' : 'done';
    progress.show(
      now.rowsDone / now.rowsTotal,
      `${now.rowsDone} of ${counted(now.rowsTotal, 'row')} ${word}`,
    );
    await environment.pause(LOOK_EVERY_MS);
    now = await imports.get(now.id);
  }
  progress.end();
  return now;
}

const SAID = { create: 'new', change: 'changed', same: 'same', refuse: 'REFUSED' } as const;

function said({ line, outcome, externalId, fields, reasons }: ImportLine): string {
  const why =
    outcome === 'change' ? `: ${fields.join(', ')}` : reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `line ${line}  ${SAID[outcome].padEnd(7)}  ${externalId ?? ''}${why}\n`;
}

async function report(
  { terminal }: Environment,
  imports: Billhook['imports'],
  done: DataImport,
  how: { isDry: boolean; isJson: boolean },
): Promise<void> {
  for await (const line of imports.lines(done.id, { limit: 100 })) {
    if (how.isJson) printJson(terminal, toWire(line));
    else if (how.isDry || line.outcome === 'refuse') terminal.out(said(line));
  }
  if (how.isJson) return printJson(terminal, toWire(done));
  const { create, change, same, refuse } = done.counts;
  terminal.out(
    `${how.isDry ? 'Would be: ' : ''}${create} new, ${change} changed, ${same} the same, ${refuse} refused.\n`,
  );
}
