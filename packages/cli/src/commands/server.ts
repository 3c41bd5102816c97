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
  const findings = [
    await look('server answers', async () => answers(`${address}/livez`)),
    await look('server is ready', async () => answers(`${address}/readyz`)),
    await look(
      'key is good',
      async () => `business time ${(await environment.connect(options).clock.get()).now}`,
    ),
    await look('books balance', async () => {
      const balance = await environment.connect(options).ledger.trialBalance();
      if (!balance.balanced) throw new Error('Debits and credits differ.');
      return `${balance.accounts.length} accounts`;
    }),
    await look('nothing waits for staff', async () => {
      const { data } = await environment.connect(options).cases.list({ open: true, limit: 1 });
      if (data[0] !== undefined) throw new Error(data[0].detail);
      return 'no open case';
    }),
  ];
  for (const finding of findings) {
    if (options.json) printJson(environment.terminal, finding);
    else environment.terminal.out(`${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.name}: ${finding.detail}\n`);
  }
  return findings.every((finding) => finding.ok) ? EXIT.done : EXIT.failed;
}

async function answers(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
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
