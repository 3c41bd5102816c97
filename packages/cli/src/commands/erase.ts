import { counted } from '@billhook/core/kernel/counted';
import { toWire } from '@billhook/sdk/case';
import type { Erasure, ErasurePreview } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printJson, printTable } from '../output.ts';
import type { Outcome } from '../program.ts';
import { createProgress } from '../progress.ts';

/** Between two looks at how far it has come. */
const LOOK_EVERY_MS = 500;

interface EraseOptions extends GlobalOptions {
  readonly confirm?: string;
  readonly reason?: string;
}

interface HoldOptions extends GlobalOptions {
  readonly reason: string;
}

/** `customers erase` shows what would go; with `--confirm` it erases. `hold` and `release` keep a customer from it. */
export function addEraseCommands(customers: Command, environment: Environment, outcome: Outcome): void {
  customers
    .command('erase')
    .argument('<customer>', 'its id, such as cus_…')
    .description('shows what would go and what would stay; erases only with --confirm')
    .option('--confirm <customer>', 'the same id again: erases what is shown, for good')
    .option('--reason <text>', 'why, kept with the erasure; name nobody in it')
    .action(async (customer: string, _own: unknown, command: Command) => {
      await erase(environment, outcome, customer, command.optsWithGlobals());
    });
  const hold = (name: 'hold' | 'release', description: string) =>
    customers
      .command(name)
      .argument('<customer>', 'its id, such as cus_…')
      .description(description)
      .requiredOption('--reason <text>', 'why')
      .action(async (customer: string, _own: unknown, command: Command) => {
        const options: HoldOptions = command.optsWithGlobals();
        const { legalHolds } = environment.connect(options);
        const { reason } = options;
        const done =
          name === 'hold'
            ? await legalHolds.place(customer, { reason })
            : await legalHolds.release(customer, { reason });
        if (options.json) return printJson(environment.terminal, toWire(done));
        environment.terminal.out(
          name === 'hold' ? `${customer} is on legal hold.\n` : `${customer} is on hold no more.\n`,
        );
      });
  hold('hold', 'keeps a customer from being erased');
  hold('release', 'ends the legal hold of a customer');
}

async function erase(
  environment: Environment,
  outcome: Outcome,
  customer: string,
  options: EraseOptions,
): Promise<void> {
  const { terminal } = environment;
  const billhook = environment.connect(options);
  const preview = await billhook.erasures.preview(customer);
  const { token } = preview;
  if (token === null) outcome.exitCode = EXIT.failed;
  if (options.confirm === undefined || token === null) {
    return options.json ? printJson(terminal, toWire(preview)) : show(environment, preview);
  }
  if (options.confirm !== customer || options.reason === undefined) {
    outcome.exitCode = EXIT.usage;
    terminal.err('Nothing was erased. Say --confirm with the same id, and --reason.\n');
    return;
  }
  const { reason } = options;
  const begun = await billhook.erasures.request(customer, { token, reason });
  const done = await awaited(environment, billhook, begun);
  if (done.status === 'canceled') outcome.exitCode = EXIT.failed;
  if (options.json) return printJson(terminal, toWire(done));
  terminal.out(`${said(done)}\n`);
}

function said({ status, rowsDone, fault, keptUntil }: Erasure): string {
  if (status === 'waiting') return 'A second person is asked; nothing goes before they agree.';
  if (status !== 'done') return fault ?? `The erasure is ${status}.`;
  const kept = keptUntil === null ? '' : ` Documents must be kept until ${keptUntil}.`;
  return `Erased, ${counted(rowsDone, 'row')}.${kept}`;
}

function show({ terminal }: Environment, preview: ErasurePreview): void {
  printTable(
    terminal,
    ['goes', 'rows'],
    preview.goes.map(({ topic, rows }) => [topic, `${rows}`]),
  );
  terminal.out('\n');
  printTable(
    terminal,
    ['stays', 'rows', 'because'],
    preview.stays.map(({ topic, rows, reason }) => [topic, `${rows}`, reason]),
  );
  if (preview.keptUntil !== null) terminal.out(`\nDocuments must be kept until ${preview.keptUntil}.\n`);
  if (preview.legalHold !== null) terminal.err(`On legal hold: ${preview.legalHold.reason}\n`);
  if (preview.hindrances.length > 0)
    terminal.err(`It cannot be erased now: ${preview.hindrances.join(', ')}.\n`);
}

/** One that waits for a second person is not waited for: that can take a week. */
async function awaited(environment: Environment, billhook: Billhook, begun: Erasure): Promise<Erasure> {
  const progress = createProgress(environment.terminal);
  let now = begun;
  while (now.status === 'queued' || now.status === 'running') {
    const share = now.rowsTotal > 0 ? now.rowsDone / now.rowsTotal : 0;
    const waits = now.fault === null ? '' : `, ${now.fault}`;
    progress.show(share, `${now.rowsDone} of ${counted(now.rowsTotal, 'row')}${waits}`);
    await environment.pause(LOOK_EVERY_MS);
    now = await billhook.erasures.get(begun.id);
  }
  progress.end();
  return now;
}
