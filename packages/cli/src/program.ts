import { BillhookError } from '@billhook/sdk/error';
import { Command, CommanderError } from 'commander';
import { addCatalogueCommands } from './commands/catalogue.ts';
import { addClockCommands } from './commands/clock.ts';
import { addCustomerCommands } from './commands/customers.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEventCommands } from './commands/events.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addInvoiceCommand } from './commands/invoice.ts';
import { addInvoiceCommands } from './commands/invoices.ts';
import { addReconcileCommand } from './commands/reconcile.ts';
import { addServerCommands } from './commands/server.ts';
import { addStripeCommands } from './commands/stripe.ts';
import { addUsageCommands } from './commands/usage.ts';
import { addArchiveCommands } from './commands/usage-archives.ts';
import type { Environment } from './context.ts';
import { EXIT, exitCodeFor, explain } from './exit-codes.ts';

/** What the last command wants to tell the shell. */
export interface Outcome {
  exitCode: number;
}

/** Runs one command line, without the names of program and script. Never throws; gives the exit code. */
export async function runCommandLine(args: readonly string[], environment: Environment): Promise<number> {
  const outcome: Outcome = { exitCode: EXIT.done };
  const program = createProgram(environment, outcome);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const isProblem = args.includes('--json') && error instanceof BillhookError;
    environment.terminal.err(`${isProblem ? JSON.stringify(error.problem) : explain(error)}\n`);
    return exitCodeFor(error);
  }
}

function createProgram(environment: Environment, outcome: Outcome): Command {
  const program = new Command('billhook')
    .description(
      'Works with a Billhook server. Data goes to standard output, everything else to standard error.',
    )
    .option('--json', 'answers for programs, one JSON value a line')
    .option(
      '--api-key <key>',
      'a secret key; if left out BILLHOOK_API_KEY, else the one in .billhook/quickstart.json',
    )
    .option(
      '--url <address>',
      'where the server is; if left out BILLHOOK_URL, else the one in .billhook/quickstart.json',
    )
    .showHelpAfterError('Say --help for help.');
  addCatalogueCommands(program, environment);
  addEventCommands(program, environment, outcome);
  addUsageCommands(program, environment, outcome);
  addInvoiceCommands(program, environment);
  addInvoiceCommand(program, environment, outcome);
  addArchiveCommands(program, environment, outcome);
  addStripeCommands(program, environment, outcome);
  addCustomerCommands(program, environment, outcome);
  addClockCommands(program, environment);
  addReconcileCommand(program, environment, outcome);
  addExportCommand(program, environment, outcome);
  addImportCommand(program, environment, outcome);
  addDoctorCommand(program, environment, outcome);
  addServerCommands(program, environment, outcome);
  settle(program, environment);
  return program;
}

/** Commander must not end the process or write by itself, in no command at any depth. */
function settle(command: Command, environment: Environment): void {
  command.exitOverride();
  command.configureOutput({ writeOut: environment.terminal.out, writeErr: environment.terminal.err });
  for (const inner of command.commands) settle(inner, environment);
}
