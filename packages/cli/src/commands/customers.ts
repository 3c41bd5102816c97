import type { CustomerRow } from '@billhook/sdk/generated/types';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { printRows } from '../output.ts';
import type { Outcome } from '../program.ts';
import { addEraseCommands } from './erase.ts';
import { asWire, money } from './invoices.ts';
import { limitOption } from './limit.ts';

export function addCustomerCommands(program: Command, environment: Environment, outcome: Outcome): void {
  const customers = program.command('customers').description('customers');
  addEraseCommands(customers, environment, outcome);
  customers
    .command('list')
    .description('newest first')
    .option('--find <text>', 'part of a name, an address or an external id')
    .addOption(limitOption())
    .action(async (_own: unknown, command: Command) => {
      await list(environment, command.optsWithGlobals());
    });
}

async function list(
  environment: Environment,
  options: GlobalOptions & { readonly limit: number; readonly find?: string },
): Promise<void> {
  const rows = environment
    .connect(options)
    .customers.list({ limit: Math.min(100, options.limit), q: options.find });
  if (options.json) return printRows(environment.terminal, options, asWire(rows), {}, options.limit);
  const columns = {
    id: (row: CustomerRow) => row.id,
    external: (row: CustomerRow) => row.externalId ?? '',
    name: (row: CustomerRow) => row.name,
    plan: (row: CustomerRow) => row.planName ?? '',
    status: (row: CustomerRow) => row.subscriptionStatus ?? '',
    mrr: (row: CustomerRow) => money(row.mrr, row.currency),
  };
  return printRows(environment.terminal, options, rows, columns, options.limit);
}
