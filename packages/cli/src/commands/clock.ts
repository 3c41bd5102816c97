import { toWire } from '@billhook/sdk/case';
import type { Clock } from '@billhook/sdk/generated/types';
import type { Billhook } from '@billhook/sdk/operator';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { printJson } from '../output.ts';
import { createProgress } from '../progress.ts';

const LOOK_EVERY_MS = 300;

export function addClockCommands(program: Command, environment: Environment): void {
  const clock = program.command('clock').description('the clock of a sandbox');
  clock
    .command('show')
    .description('what time it is for the tenant of the key')
    .action(async (_own: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      print(environment, options, await environment.connect(options).clock.get());
    });
  clock
    .command('advance')
    .argument('<to>', 'such as 2027-01-01 or 2027-01-01T00:00:00Z')
    .description('moves it forward and does all work that falls due on the way')
    .option('--no-wait', 'does not wait until it has arrived')
    .action(async (to: string, _own: unknown, command: Command) => {
      await advance(environment, to, command.optsWithGlobals());
    });
  clock
    .command('release')
    .description('lets it follow real time again')
    .action(async (_own: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      print(environment, options, await environment.connect(options).clock.release({}));
    });
}

async function advance(
  environment: Environment,
  to: string,
  options: GlobalOptions & { readonly wait: boolean },
): Promise<void> {
  const billhook = environment.connect(options);
  const started = await billhook.clock.advance({
    to: /^\d{4}-\d{2}-\d{2}$/.test(to) ? `${to}T00:00:00Z` : to,
  });
  const arrived = options.wait ? await follow(environment, billhook, started) : started;
  if (options.wait && arrived.lastMove?.fault != null)
    throw new Error(`The clock stopped: ${arrived.lastMove.fault}`);
  print(environment, options, arrived);
}

async function follow(environment: Environment, billhook: Billhook, started: Clock): Promise<Clock> {
  const progress = createProgress(environment.terminal);
  let clock = started;
  while (clock.moving !== null) {
    progress.show(clock.moving.percent / 100, clock.moving.at);
    await environment.pause(LOOK_EVERY_MS);
    clock = await billhook.clock.get();
  }
  progress.end();
  return clock;
}

function print(environment: Environment, options: GlobalOptions, clock: Clock): void {
  if (options.json) {
    printJson(environment.terminal, toWire(clock));
    return;
  }
  const moving = clock.moving === null ? '' : `, moving to ${clock.moving.to}`;
  const mode = clock.mode === 'frozen' ? 'stands still' : 'follows real time';
  environment.terminal.out(`${clock.now} (${mode}${moving})\n`);
}
