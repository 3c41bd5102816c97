/** What was asked for on the command line. */
export type Settings = {
  /** Lines to measure; all of them if none is named. */
  lines: readonly string[];
  /** A look in little time: short loads and few rounds, whose figures say little. */
  isQuick: boolean;
  /** Ten minutes of load before memory is read, in place of one. */
  isLong: boolean;
  /** Writes the table into the page. */
  isWritten: boolean;
  rounds: number;
  /** How long one load lasts. */
  seconds: number;
};

const FLAGS = ['--quick', '--long', '--write'];

/** @throws Error with a sentence for the person who typed it */
export function readSettings(args: readonly string[], known: readonly string[]): Settings {
  const lines = args.filter((arg) => !arg.startsWith('--'));
  const flags = args.filter((arg) => arg.startsWith('--'));
  const strangers = [
    ...lines.filter((line) => !known.includes(line)),
    ...flags.filter((flag) => !FLAGS.includes(flag)),
  ];
  if (strangers.length > 0)
    throw new Error(
      `There is no ${strangers.join(', ')}. Lines: ${known.join(', ')}. Flags: ${FLAGS.join(', ')}.`,
    );
  const isQuick = flags.includes('--quick');
  const isWritten = flags.includes('--write');
  if (isWritten && (isQuick || lines.length > 0))
    throw new Error('The page is written from a whole run: give --write without lines and without --quick.');
  return {
    lines: lines.length === 0 ? known : lines,
    isQuick,
    isLong: flags.includes('--long'),
    isWritten,
    rounds: isQuick ? 2 : 5,
    seconds: isQuick ? 1.5 : 4,
  };
}
