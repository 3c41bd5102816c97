import { toWire } from '@billhook/sdk/case';
import type { BankLine, ProviderTransaction, Reconciliation } from '@billhook/sdk/generated/types';
import type { Command } from 'commander';
import type { Environment, GlobalOptions, Terminal } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printJson, printTable } from '../output.ts';
import type { Outcome } from '../program.ts';
import { money } from './invoices.ts';

interface ReconcileOptions extends GlobalOptions {
  /** False with `--no-run`. */
  readonly run: boolean;
  /** Left out: the one that new checkouts go to. */
  readonly provider?: string;
}

/** `reconcile` ends with 1 where the two books differ or something is open. */
export function addReconcileCommand(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('reconcile')
    .description("compares the payment provider's books with ours, and lists what is open")
    .option('--provider <name>', 'such as paypal; else the one that new checkouts go to')
    .option('--no-run', 'shows how it stood last, without asking the provider')
    .action(async (_own: unknown, command: Command) => {
      outcome.exitCode = await reconcile(environment, command.optsWithGlobals());
    });
}

async function reconcile(environment: Environment, options: ReconcileOptions): Promise<number> {
  const { terminal } = environment;
  const client = environment.connect(options);
  const of = options.provider === undefined ? {} : { provider: options.provider };
  const state = options.run ? await client.reconciliation.run(of) : await client.reconciliation.get(of);
  const open: ProviderTransaction[] = [];
  for await (const row of client.reconciliation.transactions({ ...of, state: 'open', limit: 100 }))
    open.push(row);
  const atTheBank: BankLine[] = [];
  for (const waits of ['unmatched', 'proposed'] as const)
    for await (const line of client.bankLines.list({ state: waits, limit: 100 }))
      if (line.ageDays !== null) atTheBank.push(line);
  const isClean =
    state.currencies.every(({ difference }) => difference === '0') &&
    open.length === 0 &&
    atTheBank.length === 0;
  if (options.json)
    printJson(terminal, {
      ...(toWire(state) as object),
      open_transactions: open.map(toWire),
      open_bank_lines: atTheBank.map(toWire),
    });
  else printReconciliation(terminal, state, open, atTheBank);
  return isClean ? EXIT.done : EXIT.failed;
}

function printReconciliation(
  terminal: Terminal,
  state: Reconciliation,
  open: readonly ProviderTransaction[],
  atTheBank: readonly BankLine[],
): void {
  const when = state.reconciledAt === null ? 'never' : state.reconciledAt.slice(0, 16).replace('T', ' ');
  terminal.out(`${state.provider}, reconciled ${when}\n`);
  if (state.fault !== null) terminal.err(`The last run failed: ${state.fault}\n`);
  printTable(
    terminal,
    [
      'currency',
      'matched',
      'open',
      'at the provider',
      'in our books',
      'difference',
      'of it open',
      'not listed',
    ],
    state.currencies.map((one) => [
      one.currency,
      `${one.matchedCount}`,
      `${one.openCount}`,
      money(one.provider, one.currency),
      money(one.books, one.currency),
      money(one.difference, one.currency),
      money(one.open, one.currency),
      money(one.unlisted, one.currency),
    ]),
  );
  if (open.length === 0 && atTheBank.length === 0) terminal.out('Nothing is open.\n');
  if (open.length > 0) printOpen(terminal, open);
  if (atTheBank.length > 0) printAtTheBank(terminal, atTheBank);
}

function printOpen(terminal: Terminal, open: readonly ProviderTransaction[]): void {
  terminal.out('\n');
  printTable(
    terminal,
    ['since', 'days', 'kind', 'amount', 'at the provider', 'why'],
    open.map((row) => [
      row.occurredAt.slice(0, 10),
      `${row.ageDays ?? 0}`,
      row.kind.replaceAll('_', ' '),
      money(row.gross, row.currency),
      row.providerTransactionId,
      row.explanation,
    ]),
  );
}

function printAtTheBank(terminal: Terminal, lines: readonly BankLine[]): void {
  terminal.out('\nOn the bank account, without a place in the books:\n');
  printTable(
    terminal,
    ['since', 'days', 'amount', 'from', 'state'],
    lines.map((line) => [
      line.bookedOn,
      `${line.ageDays ?? 0}`,
      money(line.amount, line.currency),
      line.name ?? '',
      line.state,
    ]),
  );
}
