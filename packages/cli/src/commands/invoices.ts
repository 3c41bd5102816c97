import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { currencyCode } from '@billhook/core/money/currency';
import { formatMinor } from '@billhook/core/money/format';
import { toWire } from '@billhook/sdk/case';
import { type Command, Option } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { placeOf } from '../files.ts';
import { printRows } from '../output.ts';
import { limitOption } from './limit.ts';

const STATUSES = ['open', 'paid', 'void', 'uncollectible'] as const;

interface ListOptions extends GlobalOptions {
  readonly limit: number;
  readonly status?: (typeof STATUSES)[number];
}
interface ExportOptions extends GlobalOptions {
  readonly format: 'csv' | 'json';
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
}

export function addInvoiceCommands(program: Command, environment: Environment): void {
  const invoices = program.command('invoices').description('invoices');
  invoices
    .command('list')
    .description('newest first')
    .addOption(limitOption())
    .addOption(new Option('--status <status>').choices(STATUSES))
    .action(async (_own: unknown, command: Command) => {
      await list(environment, command.optsWithGlobals());
    });
  invoices
    .command('export')
    .description('every line as customer, invoice, line, quantity, currency, amount')
    .addOption(new Option('--format <format>').choices(['csv', 'json']).default('csv'))
    .option('--out <file>', 'where to write; standard output if left out')
    .option('--from <time>', 'issued from here on, RFC 3339')
    .option('--to <time>', 'issued before, RFC 3339')
    .action(async (_own: unknown, command: Command) => {
      await exportLines(environment, command.optsWithGlobals());
    });
}

async function list(environment: Environment, options: ListOptions): Promise<void> {
  const rows = environment
    .connect(options)
    .invoices.list({ limit: Math.min(100, options.limit), status: options.status });
  if (options.json) return printRows(environment.terminal, options, asWire(rows), {}, options.limit);
  const columns = {
    number: (row: Row) => row.number,
    customer: (row: Row) => row.customerExternalId ?? row.customerName,
    status: (row: Row) => row.status,
    issued: (row: Row) => row.issuedAt.slice(0, 10),
    total: (row: Row) => money(row.total, row.currency),
    due: (row: Row) => money(row.due, row.currency),
  };
  return printRows(environment.terminal, options, rows, columns, options.limit);
}

type Row = Awaited<ReturnType<ReturnType<Environment['connect']>['invoices']['list']>>['data'][number];

/** Rows in the spelling of the wire, for programs. */
export async function* asWire(rows: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const row of rows) yield toWire(row);
}

/** `12.34 EUR` of an integer string in minor units. */
export function money(amount: string, currency: string): string {
  return `${formatMinor(BigInt(amount), currencyCode(currency))} ${currency}`;
}

async function exportLines(environment: Environment, options: ExportOptions): Promise<void> {
  const { format, from, to } = options;
  const answer = await environment.connect(options).invoices.export({ format, from, to });
  if (answer.body === null) return;
  const body = Readable.fromWeb(answer.body);
  if (options.out !== undefined) {
    await pipeline(body, createWriteStream(placeOf(environment, options.out)));
    environment.terminal.err(`Written: ${options.out}\n`);
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of body)
    environment.terminal.out(decoder.decode(chunk as Uint8Array, { stream: true }));
}
