import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT, explain } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface Look {
  readonly name: string;
  /** What comes after would only fail for the same cause. */
  readonly stops: boolean;
  check(): Promise<string>;
}

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
  program
    .command('doctor')
    .description('looks whether the server, the key and the books are in order')
    .action(async (_own: unknown, command: Command) => {
      outcome.exitCode = await runDoctor(environment, command.optsWithGlobals());
    });
}

async function runDoctor(environment: Environment, options: GlobalOptions): Promise<number> {
  const address = environment.addressOf(options);
  const looks: Look[] = [
    { name: 'server answers', stops: true, check: () => answers(`${address}/livez`) },
    { name: 'server is ready', stops: true, check: () => answers(`${address}/readyz`) },
    {
      name: 'key is good',
      stops: true,
      check: async () => `business time ${(await environment.connect(options).clock.get()).now}`,
    },
    { name: 'books balance', stops: false, check: () => balance(environment.connect(options)) },
    { name: 'nothing waits for staff', stops: false, check: () => noCase(environment.connect(options)) },
  ];
  let isGood = true;
  for (const { name, stops, check } of looks) {
    const finding = await look(name, check);
    if (options.json) printJson(environment.terminal, finding);
    else environment.terminal.out(`${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.name}: ${finding.detail}\n`);
    isGood &&= finding.ok;
    if (!finding.ok && stops) break;
  }
  return isGood ? EXIT.done : EXIT.failed;
}

async function balance(billhook: Billhook): Promise<string> {
  const { balanced, accounts } = await billhook.ledger.trialBalance();
  if (!balanced) throw new Error('Debits and credits differ.');
  return `${accounts.length} accounts`;
}

async function noCase(billhook: Billhook): Promise<string> {
  const { data } = await billhook.cases.list({ open: true, limit: 1 });
  if (data[0] !== undefined) throw new Error(data[0].detail);
  return 'no open case';
}

async function answers(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => {
    throw new Error(`No answer from ${new URL(url).origin}. Is the server running? Name it with --url.`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return url;
}

async function look(name: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await check() };
  } catch (error) {
    return { name, ok: false, detail: explain(error) };
  }
}
