import { InvalidArgumentError, Option } from 'commander';

/** How many rows a list shows. */
export function limitOption(): Option {
  return new Option('--limit <n>', 'rows at most').default(50).argParser((text: string) => {
    const limit = Number(text);
    if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('Give a whole number from 1.');
    return limit;
  });
}
