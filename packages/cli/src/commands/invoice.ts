import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { counted } from '@billhook/core/kernel/counted';
import { verifyInvoice } from '@billhook/sdk/verify-invoice';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { Outcome } from '../program.ts';

interface ExportOptions extends GlobalOptions {
  readonly out?: string;
}
interface VerifyOptions extends GlobalOptions {
  readonly sha256?: string;
}

/** One invoice as its frozen document: written to a file, and computed again from it. */
export function addInvoiceCommand(program: Command, environment: Environment, outcome: Outcome): void {
  const invoice = program.command('invoice').description('one invoice as its frozen document');
  invoice
    .command('export <id>')
    .description('the frozen document, byte by byte as it was hashed at issue')
    .option('--out <file>', 'where to write; standard output if left out')
    .action(async (id: string, _own: unknown, command: Command) => {
      await exportDocument(environment, id, command.optsWithGlobals());
    });
  invoice
    .command('verify <file>')
    .description('computes an exported invoice again, without server or network; fails where it differs')
    .option('--sha256 <hex>', 'the hash that the document must have, as content_sha256 of the invoice says')
    .action(async (file: string, _own: unknown, command: Command) => {
      await verify(environment, outcome, file, command.optsWithGlobals());
    });
}

async function exportDocument(environment: Environment, id: string, options: ExportOptions): Promise<void> {
  const answer = await environment.connect(options).invoices.document(id);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (options.out === undefined) return environment.terminal.out(`${bytes.toString('utf8')}\n`);
  await writeFile(options.out, bytes);
  environment.terminal.err(`Written: ${options.out}, sha256 ${sha256(bytes)}\n`);
}

async function verify(
  { terminal }: Environment,
  outcome: Outcome,
  file: string,
  options: VerifyOptions,
): Promise<void> {
  const bytes = await readFile(file).catch(() => {
    throw new UsageError(`There is no file ${file} that can be read.`);
  });
  const text = bytes.toString('utf8').replace(/\n$/, '');
  const verdict = verifyInvoice(text);
  const hash = sha256(Buffer.from(text, 'utf8'));
  const differences = verdict.ok ? [] : [...verdict.differences];
  const wanted = options.sha256?.toLowerCase();
  if (wanted !== undefined && wanted !== hash)
    differences.push({ at: '', stated: `sha256 ${wanted}`, found: `sha256 ${hash}` });
  const ok = differences.length === 0;
  if (!ok) outcome.exitCode = EXIT.failed;
  if (options.json) return terminal.out(`${JSON.stringify({ ok, sha256: hash, differences })}\n`);
  if (verdict.ok && ok) {
    const lines = counted(verdict.lines, 'line');
    return terminal.out(`yes: ${lines} computed again and equal, sha256 ${hash}\n`);
  }
  const places = differences.length === 1 ? '1 place' : `${differences.length} places`;
  terminal.out(`no: differs in ${places}, sha256 ${hash}\n`);
  for (const { at, stated, found } of differences)
    terminal.out(`  ${at === '' ? 'the document' : at}: says ${stated}, computed ${found}\n`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
