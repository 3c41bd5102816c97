import { toWire } from '@billhook/sdk/case';
import type { StripeReport } from '@billhook/sdk/generated/types';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';

interface RunOptions extends GlobalOptions {
  readonly dryRun?: boolean;
}

/** What is billed at Stripe: the account is taken in, and the catalogue made the same on both sides. */
export function addStripeCommands(program: Command, environment: Environment, outcome: Outcome): void {
  const stripe = program.command('stripe').description('what is billed at Stripe');
  stripe
    .command('import')
    .description('takes in customers, payment methods, plans and subscriptions; again, it changes nothing')
    .option('--dry-run', 'only says what would be done')
    .action(async (_own: unknown, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      const client = environment.connect(options);
      outcome.exitCode = report(environment, options, await client.stripeMirror.import(bodyOf(options)));
    });
  stripe
    .command('sync')
    .description('makes products and prices at Stripe and plans here stand for each other')
    .option('--dry-run', 'only says what would be done')
    .action(async (_own: unknown, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      const client = environment.connect(options);
      outcome.exitCode = report(
        environment,
        options,
        await client.stripeMirror.syncCatalogue(bodyOf(options)),
      );
    });
}

const bodyOf = ({ dryRun = false }: RunOptions) => ({ dryRun });

/** A conflict waits for somebody, so the shell hears of it. */
function report({ terminal }: Environment, options: RunOptions, found: StripeReport): number {
  if (options.json) printJson(terminal, toWire(found));
  else terminal.out(describe(found));
  return found.conflicts === 0 ? EXIT.done : EXIT.failed;
}

function describe({ dryRun, unchanged, created, updated, same, skipped, conflicts, entries }: StripeReport) {
  const told = entries
    .filter(({ action }) => action !== 'same')
    .map(({ action, kind, name, reason }) => {
      const why = reason === null ? '' : `: ${reason}`;
      return `${action.padEnd(9)} ${kind.replace('_', ' ')} ${name}${why}\n`;
    });
  const sums = `${created} created, ${updated} updated, ${same} the same, ${skipped} left out, ${conflicts} in conflict`;
  const end = unchanged
    ? 'Nothing to change.'
    : dryRun
      ? 'Nothing was changed, this was a dry run.'
      : 'Done.';
  return [...told, `${sums}\n`, `${end}\n`].join('');
}
