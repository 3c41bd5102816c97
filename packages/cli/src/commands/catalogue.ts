import { writeFile } from 'node:fs/promises';
import { fromWire, toWire } from '@billhook/sdk/case';
import { BillhookError } from '@billhook/sdk/error';
import type { CatalogueFile } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import { nameFaults } from '../catalogue-faults.ts';
import type { Environment, GlobalOptions } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import { parseJson, placeOf, readTextFile } from '../files.ts';
import { printJson } from '../output.ts';

export function addCatalogueCommands(program: Command, environment: Environment): void {
  const catalogue = program
    .command('catalogue')
    .description('meters, features, plans, add-ons, coupons and credits as a file');
  catalogue
    .command('push')
    .argument('<file>', 'JSON as `pull` writes it')
    .description(
      'makes the catalogue what the file says; published versions stay, a difference becomes a new one',
    )
    .option('--dry-run', 'only says what would change')
    .option('--yes', 'also where a plan changes its currency')
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
  options: GlobalOptions & { readonly dryRun?: boolean; readonly yes?: boolean },
): Promise<void> {
  const { terminal } = environment;
  const read = parseJson(await readTextFile(environment, file), file);
  const catalogue = fromWire(read) as CatalogueFile;
  const billhook = environment.connect(options);
  if (options.yes !== true && options.dryRun !== true) await refuseOtherCurrency(billhook, catalogue);
  const answer = await billhook.catalogue
    .put(catalogue, { dryRun: options.dryRun === true })
    .catch((error: unknown) => {
      throw error instanceof BillhookError ? nameFaults(error, read) : error;
    });
  if (options.json) return printJson(terminal, toWire(answer));
  for (const change of answer.changes) {
    if (change.action === 'unchanged') continue;
    const fields = change.fields.length === 0 ? '' : ` (${change.fields.join(', ')})`;
    const what = `${change.action} ${change.kind}`.replaceAll('_', ' ');
    terminal.out(`${what} ${change.key}${fields}\n`);
  }
  const { created, updated, newVersions, unchanged } = answer.counts;
  terminal.out(
    `${answer.dryRun ? 'Would be: ' : ''}${created} created, ${updated} updated, ${newVersions} new versions, ${unchanged} unchanged.\n`,
  );
}

/** Subscribers of a plan go on in their currency, and nobody of another one can be charged: that is seldom meant. */
async function refuseOtherCurrency(billhook: Billhook, catalogue: CatalogueFile): Promise<void> {
  if (!Array.isArray(catalogue?.plans)) return;
  const { plans: known } = await billhook.catalogue.get();
  for (const { key, currency } of catalogue.plans) {
    const before = known.find((plan) => plan.key === key)?.currency;
    if (before === undefined || currency === undefined || before === currency) continue;
    const { data } = await billhook.subscriptions.list({ plan: key, limit: 1 });
    if (data.length === 0) continue;
    throw new UsageError(
      `Plan "${key}" has subscribers who pay ${before}, and the file says ${currency}. Give the new one a key of its own, or push with --yes.`,
    );
  }
}

/** `1 plan`, `2 plans`. */
function counted(list: readonly unknown[] = [], word: string): string {
  return `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
}

async function pull(environment: Environment, file: string, options: GlobalOptions): Promise<void> {
  const { object: _, ...catalogue } = await environment.connect(options).catalogue.get();
  const text = `${JSON.stringify(toWire(catalogue), null, 2)}\n`;
  if (file === '-') return environment.terminal.out(text);
  await writeFile(placeOf(environment, file), text);
  const { meters, features, plans, coupons, credits } = catalogue;
  const counts = [
    counted(meters, 'meter'),
    counted(features, 'feature'),
    counted(plans, 'plan'),
    counted(coupons, 'coupon'),
    counted(credits?.types, 'credit type'),
  ];
  environment.terminal.err(`${file}: ${counts.join(', ')}.\n`);
}
