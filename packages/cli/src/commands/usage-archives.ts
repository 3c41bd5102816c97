import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { counted, nounFor } from '@billhook/core/kernel/counted';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { placeOf } from '../files.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';
import { createProgress } from '../progress.ts';
import { verifyArchives } from '../verify-archive.ts';

interface ExportOptions extends GlobalOptions {
  readonly out: string;
}

/** Archives of usage: listed, fetched, and proved without server or database. */
export function addArchiveCommands(program: Command, environment: Environment, outcome: Outcome): void {
  const existing = program.commands.find((command) => command.name() === 'usage');
  const usage = existing ?? program.command('usage').description('usage as it is stored');
  usage
    .command('archives')
    .description('lists the months that were archived')
    .action(async (_own: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      for await (const archive of environment.connect(options).usageArchives.list({ limit: 100 })) {
        const { from, part, format, eventCount, status, sha256 } = archive;
        if (options.json) printJson(environment.terminal, archive);
        else
          environment.terminal.out(
            `${from.slice(0, 7)} part ${part}  ${String(eventCount).padStart(12)} ${nounFor(eventCount, 'event').padEnd(6)}  ${format.padEnd(7)}  ${status}  ${sha256}\n`,
          );
      }
    });
  usage
    .command('export')
    .description('fetches every archive into a folder, with a manifest of their digests')
    .requiredOption('--out <folder>', 'where to write')
    .action(async (_own: unknown, command: Command) => {
      await fetchArchives(environment, command.optsWithGlobals());
    });
  usage
    .command('verify-archive')
    .argument('<file...>', 'archives, in any order')
    .description('proves issued lines by archives alone, without server or network; fails where one differs')
    .action(async (files: string[], _own: unknown, command: Command) => {
      await verify(environment, outcome, files, command.optsWithGlobals<GlobalOptions>());
    });
}

async function fetchArchives(environment: Environment, options: ExportOptions): Promise<void> {
  const { usageArchives } = environment.connect(options);
  const folder = placeOf(environment, options.out);
  await mkdir(folder, { recursive: true });
  const progress = createProgress(environment.terminal);
  const archives = [];
  for await (const archive of usageArchives.list({ limit: 100 })) archives.push(archive);
  const manifest: { file: string; sha256: string; events: number; bytes: number }[] = [];
  for (const [index, { id, from, part, format, sha256, eventCount }] of archives.entries()) {
    const bytes = Buffer.from(await (await usageArchives.content(id)).arrayBuffer());
    const found = createHash('sha256').update(bytes).digest('hex');
    const extension = format === 'parquet' ? 'parquet' : 'ndjson.gz';
    const file = `usage-${from.slice(0, 7)}-${part}.${extension}`;
    if (found !== sha256) throw new Error(`${file} did not arrive as it was written. Try again.`);
    await writeFile(path.join(folder, file), bytes);
    manifest.push({ file, sha256, events: eventCount, bytes: bytes.byteLength });
    progress.show((index + 1) / archives.length, file);
  }
  progress.end();
  await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify({ archives: manifest }, null, 2)}\n`);
  environment.terminal.err(`Written: ${manifest.length} archives and manifest.json in ${options.out}\n`);
}

async function verify(
  environment: Environment,
  outcome: Outcome,
  files: readonly string[],
  options: GlobalOptions,
): Promise<void> {
  const { terminal } = environment;
  const progress = createProgress(terminal);
  const places = files.map((file) => placeOf(environment, file));
  const verdict = await verifyArchives(places, (done) =>
    progress.show(done / files.length, `${done} of ${counted(files.length, 'file')}`),
  );
  progress.end();
  const ok = verdict.differences.length === 0;
  if (!ok) outcome.exitCode = EXIT.failed;
  if (options.json) return printJson(terminal, { ok, ...verdict });
  terminal.out(
    `${ok ? 'yes' : 'no'}: ${counted(verdict.proved, 'line')} proved by ${counted(verdict.events, 'event')} in ${counted(verdict.files, 'file')}, ` +
      `${verdict.notCovered} not covered, ${verdict.differences.length} differences\n`,
  );
  for (const difference of verdict.differences) terminal.out(`  ${difference}\n`);
}
