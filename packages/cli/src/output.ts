import type { GlobalOptions, Terminal } from './context.ts';

/** JSON for programs, on one line a value with `--json`. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value)}\n`);
}

/** A table for people: columns as wide as their widest cell, figures to the right. */
export function printTable(
  terminal: Terminal,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isFigure = heads.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^-?[0-9][0-9.,]*(?: [A-Z]{3})?$/.test(row[column] ?? '')),
  );
  for (const row of [heads, ...rows]) {
    const cells = row.map((cell, column) =>
      isFigure[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    terminal.out(`${cells.join('  ').trimEnd()}\n`);
  }
}

/** Rows as JSON lines or as a table, as asked for. */
export async function printRows<T>(
  terminal: Terminal,
  options: GlobalOptions,
  rows: AsyncIterable<T>,
  columns: Readonly<Record<string, (row: T) => string>>,
  limit: number,
): Promise<void> {
  const kept: T[] = [];
  let isCut = false;
  for await (const row of rows) {
    if (kept.length === limit) {
      isCut = true;
      break;
    }
    kept.push(row);
  }
  if (options.json) {
    for (const row of kept) printJson(terminal, row);
  } else {
    const cells = Object.values(columns);
    printTable(
      terminal,
      Object.keys(columns),
      kept.map((row) => cells.map((cell) => cell(row))),
    );
  }
  if (isCut) terminal.err(`There are more; --limit shows up to as many as you say.\n`);
}
