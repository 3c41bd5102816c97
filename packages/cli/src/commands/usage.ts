import { toWire } from '@billhook/sdk/case';
import type { UsageVerification } from '@billhook/sdk/generated/types';
import type { Command } from 'commander';
import type { Environment, GlobalOptions } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import type { Outcome } from '../program.ts';

interface VerifyOptions extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
}

export function addUsageCommands(program: Command, environment: Environment, outcome: Outcome): void {
  program
    .command('usage')
    .description('what was used')
    .command('verify')
    .description('recomputes all that is kept by hour from the events and compares, and checks archives')
    .option('--from <time>', 'hours from here on, RFC 3339')
    .option('--to <time>', 'hours before, RFC 3339')
    .action(async (_own: unknown, command: Command) => {
      outcome.exitCode = await verify(environment, command.optsWithGlobals<VerifyOptions>());
    });
}

async function verify({ connect, terminal }: Environment, options: VerifyOptions): Promise<number> {
  const { from, to } = options;
  const found = await connect(options).usage.verify({ from, to });
  if (options.json) printJson(terminal, toWire(found));
  else terminal.out(describe(found));
  return found.differenceCount === 0 && found.archives.damaged.length === 0 ? EXIT.done : EXIT.failed;
}

function describe({ meters, differences, differenceCount, ...found }: UsageVerification): string {
  const row = (name: string, ...figures: readonly (string | number)[]) =>
    `${name.padEnd(28)}${figures.map((figure) => String(figure).padStart(14)).join('')}\n`;
  const table = [
    row('meter', 'measures', 'events', 'hours', 'values', 'subjects', 'differences'),
    ...meters.map(({ meterKey, aggregation, events, hours, values, subjects, differences: wrong }) =>
      row(meterKey, aggregation, events, hours, values, subjects, wrong),
    ),
  ];
  const told = differences.map(
    ({ meterKey, customer, feature, subject, hour, kind, kept, recomputed }) =>
      `${meterKey} ${customer} ${subject === null ? '' : `${feature} ${subject} `}${hour} ${kind}: kept ${kept ?? 'nothing'}, recomputed ${recomputed ?? 'nothing'}\n`,
  );
  const { parts, damaged } = found.archives;
  const archived =
    found.eventsFrom === null
      ? []
      : [
          `before ${found.eventsFrom}: ${parts} archives were read, ${damaged.length} are not as they were written\n`,
          ...damaged.map(
            ({ id, from, part, status }) => `archive ${id} of ${from}, part ${part}: ${status}\n`,
          ),
        ];
  return [...table, ...told, ...archived, `${differenceCount} differences\n`].join('');
}
