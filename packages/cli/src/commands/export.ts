import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { counted } from '@billhook/core/kernel/counted';
import { toWire } from '@billhook/sdk/case';
import type { CreateExport, DataExport } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { placeOf } from '../files.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';
import { createProgress } from '../progress.ts';

const KINDS = ['invoices', 'invoice_lines', 'payments', 'ledger', 'journal', 'datev', 'customer'] as const;
const FORMATS = ['csv', 'parquet', 'extf', 'zip'] as const;
/** Between two looks at how far it has come. */
const LOOK_EVERY_MS = 500;

interface ExportOptions extends GlobalOptions {
  readonly format?: string;
  readonly from?: string;
  readonly to?: string;
  readonly currency?: string;
  readonly customer?: string;
  readonly out?: string;
}

/** `export` begins an export, waits until it is written, and fetches it. */
export function addExportCommand(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('export')
    .argument('<kind>', KINDS.join(', '))
    .description(
      'writes invoices, lines, payments, the ledger, a journal or everything of a customer to a file',
    )
    .option('--format <format>', 'csv or parquet; datev is extf, a customer is zip')
    .option('--from <day>', 'first day, such as 2026-01-01')
    .option('--to <day>', 'last day, which is in it')
    .option('--currency <code>', 'only this currency')
    .option('--customer <id>', 'only this customer')
    .option('--out <file>', 'where to write; if left out, the name that the server gives it')
    .action(async (kind: string, _own: unknown, command: Command) => {
      await exportTo(environment, outcome, kind, command.optsWithGlobals());
    });
}

function requestOf(kind: string, options: ExportOptions): CreateExport {
  const known = KINDS.find((one) => one === kind);
  if (known === undefined)
    throw new UsageError(`There is no kind ${kind}. Take one of: ${KINDS.join(', ')}.`);
  const format = FORMATS.find((one) => one === options.format);
  if (options.format !== undefined && format === undefined)
    throw new UsageError(`There is no format ${options.format}. Take one of: ${FORMATS.join(', ')}.`);
  const { from, to, currency, customer } = options;
  return {
    kind: known,
    ...(format === undefined ? {} : { format }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(currency === undefined ? {} : { currency }),
    ...(customer === undefined ? {} : { customer }),
  };
}

async function exportTo(
  environment: Environment,
  outcome: Outcome,
  kind: string,
  options: ExportOptions,
): Promise<void> {
  const { terminal } = environment;
  const billhook = environment.connect(options);
  const done = await awaited(environment, billhook, await billhook.exports.create(requestOf(kind, options)));
  if (done.status !== 'done') {
    outcome.exitCode = EXIT.failed;
    if (options.json) return printJson(terminal, toWire(done));
    return terminal.err(`${done.fault ?? `The export is ${done.status}.`}\n`);
  }
  const file = options.out ?? done.fileName;
  const sha256 = await fetchTo(billhook, done, placeOf(environment, file));
  if (options.json) return printJson(terminal, { ...(toWire(done) as object), file, sha256 });
  terminal.out(
    `${file}: ${counted(done.rowsDone, 'row')}, ${counted(done.byteSize, 'byte')}, sha256 ${sha256}\n`,
  );
}

async function awaited(environment: Environment, billhook: Billhook, begun: DataExport): Promise<DataExport> {
  const progress = createProgress(environment.terminal);
  let now = begun;
  while (now.status === 'queued' || now.status === 'running') {
    const share = now.rowsTotal ? now.rowsDone / now.rowsTotal : 0;
    const left = now.remainingMs === null ? '' : `, ${Math.ceil(now.remainingMs / 1000)} s left`;
    progress.show(share, `${now.rowsDone} of ${counted(now.rowsTotal ?? '?', 'row')}${left}`);
    await environment.pause(LOOK_EVERY_MS);
    now = await billhook.exports.get(begun.id);
  }
  progress.end();
  return now;
}

/** The file appears under its name only when it is whole. */
async function fetchTo(billhook: Billhook, { id, byteSize }: DataExport, place: string): Promise<string> {
  const link = new URL((await billhook.exports.link(id)).url);
  const answer = await billhook.exports.content(id, {
    tenant: link.searchParams.get('tenant') ?? '',
    expires: Number(link.searchParams.get('expires')),
    signature: link.searchParams.get('signature') ?? '',
  });
  const hash = createHash('sha256');
  let size = 0;
  const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.byteLength;
      yield piece;
    }
  };
  const body = answer.body ?? new Blob([]).stream();
  await pipeline(Readable.fromWeb(body as never), counted, createWriteStream(`${place}.part`));
  if (size !== byteSize) throw new Error('The file did not arrive whole. Try again.');
  await rename(`${place}.part`, place);
  return hash.digest('hex');
}
