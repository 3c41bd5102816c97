import { counted } from '@billhook/core/kernel/counted';
import { toWire } from '@billhook/sdk/case';
import type { HealthReport } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions, Terminal } from '../context.ts';
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

/** `doctor` ends with 1 where something is wrong, also where staff have something to do. */
export function addDoctorCommand(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('doctor')
    .description('checks the server, the key, the books, and every credential and webhook, without charging')
    .option('--subscribe', 'has Stripe send every event that is read to the webhook endpoint that is there')
    .action(async (own: { subscribe?: boolean }, command: Command) => {
      const options: GlobalOptions = command.optsWithGlobals();
      outcome.exitCode = await runDoctor(environment, options, own.subscribe === true);
    });
}

async function runDoctor(
  environment: Environment,
  options: GlobalOptions,
  subscribes: boolean,
): Promise<number> {
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
    if (!finding.ok && stops) return EXIT.failed;
  }
  if (subscribes) isGood = (await subscribe(environment, options)) && isGood;
  const isWell = await examine(environment, options);
  return isGood && isWell ? EXIT.done : EXIT.failed;
}

const MARKS: Readonly<Record<HealthReport['checks'][number]['state'], string>> = {
  ok: 'ok  ',
  attention: 'LOOK',
  problem: 'FAIL',
  off: 'off ',
};

/** Adds what the endpoint at Stripe is not sent. False where it could not be done. */
async function subscribe(environment: Environment, options: GlobalOptions): Promise<boolean> {
  const { terminal } = environment;
  const finding = await look('events of the webhook endpoint', async () => {
    const { added } = await environment.connect(options).paymentProvider.subscribeEvents({});
    return added.length === 0 ? 'nothing was missing' : `added ${added.join(', ')}`;
  });
  if (options.json) printJson(terminal, finding);
  else terminal.out(`${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.name}: ${finding.detail}\n`);
  return finding.ok;
}

/** What the server sees of its credentials and webhooks. True unless something is a problem. */
async function examine(environment: Environment, options: GlobalOptions): Promise<boolean> {
  const { terminal } = environment;
  try {
    const report = await environment.connect(options).health.report();
    if (options.json) printJson(terminal, toWire(report));
    else printReport(terminal, report);
    return report.state !== 'problem';
  } catch (error) {
    const finding = { name: 'credentials and webhooks', ok: false, detail: explain(error) };
    if (options.json) printJson(terminal, finding);
    else terminal.out(`FAIL  ${finding.name}: ${finding.detail}\n`);
    return false;
  }
}

function printReport(terminal: Terminal, { checks, secrets }: HealthReport): void {
  for (const { state, subject, title, detail, nextStep } of checks) {
    terminal.out(`${MARKS[state]}  ${subject}, ${title}: ${detail}\n`);
    if (nextStep !== null) terminal.out(`      To do: ${nextStep}\n`);
  }
  for (const { state, name, ageDays, rotateDays, dueAt, expiresAt } of secrets) {
    const mark = { fresh: 'ok  ', due_soon: 'LOOK', overdue: 'FAIL' }[state];
    const due = dueAt.slice(0, 10);
    const end = expiresAt === null ? '' : `, ends at its issuer on ${expiresAt.slice(0, 10)}`;
    terminal.out(
      `${mark}  ${name}: ${ageDays} of ${counted(rotateDays, 'day')} old, to be replaced by ${due}${end}\n`,
    );
  }
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
