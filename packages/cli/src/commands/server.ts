import type { Command } from 'commander';
import type { Environment } from '../context.ts';
import type { Outcome } from '../program.ts';

export function addServerCommands(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('start')
    .description('runs the server in this terminal')
    .option('--no-demo', 'starts it empty')
    .action(async (options: { readonly demo: boolean }) => {
      outcome.exitCode = await environment.runServer(options.demo ? [] : ['--no-demo']);
    });
  program
    .command('migrate')
    .description('brings the database up to date and ends')
    .action(async () => {
      outcome.exitCode = await environment.runServer(['--migrate-only']);
    });
}
