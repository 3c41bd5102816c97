import { readFile, writeFile } from 'node:fs/promises';
import { fromWire, toWire } from '@billhook/sdk/case';
import type { CatalogueFile } from '@billhook/sdk/generated/types';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import { printJson } from '../output.ts';

export function addCatalogueCommands(program: Command, environment: Environment): void {
  const catalogue = program
    .command('catalogue')
    .description('meters, features, plans, add-ons and coupons as a file');
  catalogue
    .command('push')
    .argument('<file>', 'JSON as `pull` writes it')
    .description(
      'makes the catalogue what the file says; published versions stay, a difference becomes a new one',
    )
    .option('--dry-run', 'only says what would change')
    .action(async (file: string, _own: unknown, command: Command) => {
      await push(environment, file, command.optsWithGlobals());
    });
  catalogue
    .command('pull')
    .argument('<file>', 'where to write; - for standard output')
    .description('writes the catalogue in a stable order')
    .action(async (file: string, _own: unknown, command: Command) => {
      await pull(environment, file, command.optsWithGlobals());
    });
}

async function push(
  environment: Environment,
  file: string,
  options: GlobalOptions & { readonly dryRun?: boolean },
): Promise<void> {
  const { terminal } = environment;
  const answer = await environment
    .connect(options)
    .catalogue.put(await readCatalogue(file), { dryRun: options.dryRun === true });
  if (options.json) return printJson(terminal, toWire(answer));
  for (const change of answer.changes) {
    if (change.action === 'unchanged') continue;
    const fields = change.fields.length === 0 ? '' : ` (${change.fields.join(', ')})`;
    terminal.out(`${change.action.replace('_', ' ')} ${change.kind} ${change.key}${fields}\n`);
  }
  const { created, updated, newVersions, unchanged } = answer.counts;
  terminal.out(
    `${answer.dryRun ? 'Would be: ' : ''}${created} created, ${updated} updated, ${newVersions} new versions, ${unchanged} unchanged.\n`,
  );
}

async function readCatalogue(file: string): Promise<CatalogueFile> {
  const text = await readFile(file, 'utf8');
  try {
    return fromWire(JSON.parse(text)) as CatalogueFile;
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}

async function pull(environment: Environment, file: string, options: GlobalOptions): Promise<void> {
  const { object: _, ...catalogue } = await environment.connect(options).catalogue.get();
  const text = `${JSON.stringify(toWire(catalogue), null, 2)}\n`;
  if (file === '-') return environment.terminal.out(text);
  await writeFile(file, text);
  environment.terminal.err(
    `${file}: ${catalogue.meters.length} meters, ${catalogue.features.length} features, ${catalogue.plans.length} plans, ${catalogue.coupons?.length ?? 0} coupons.\n`,
  );
}
