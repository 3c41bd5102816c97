import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
const KB_PER_MB = 1024;

type Part = { pid: number; name: string; pssMb: number; rssMb: number };

export type StackMemory = {
  /** The process that answers requests, told by its program and its arguments. */
  api: Part;
  /** All processes below the one given: the API, PostgreSQL and its workers, npm and its shell. */
  parts: Part[];
  stackPssMb: number;
};

/**
 * What the processes below `root` hold, from the kernel's own sums (Linux): PSS counts a page that several processes
 * share by its share, RSS counts it whole. Undefined on other systems.
 */
export function stackMemory(root: number): StackMemory | undefined {
  if (process.platform !== 'linux') return undefined;
  const parts = descendants(root).flatMap((pid) => measure(pid) ?? []);
  const servers = parts.filter(({ pid }) => isServer(pid));
  const [api] = servers;
  if (api === undefined || servers.length > 1)
    throw new Error(`the server's own process was not told from the others: ${servers.length} look like it`);
  return { api, parts, stackPssMb: parts.reduce((sum, { pssMb }) => sum + pssMb, 0) };
}

export function printParts({ parts }: StackMemory): void {
  for (const { pssMb, rssMb, name } of parts.toSorted((a, b) => b.pssMb - a.pssMb))
    console.log(`  ${pssMb.toFixed(1).padStart(6)} MB PSS ${rssMb.toFixed(1).padStart(6)} MB RSS  ${name}`);
}

/** npm and the shell name the program too, but as a part of one long argument, or they run another program. */
function isServer(pid: number): boolean {
  try {
    return path.basename(readlinkSync(`/proc/${pid}/exe`)) === 'node' && commandLine(pid).includes(MAIN);
  } catch {
    return false;
  }
}

function commandLine(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
}

function measure(pid: number): Part | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const mb = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / KB_PER_MB;
    return { pid, name: shortName(pid), pssMb: mb('Pss'), rssMb: mb('Rss') };
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
}

function shortName(pid: number): string {
  const [program = '', ...args] = commandLine(pid);
  if (args.includes(MAIN)) return 'the server';
  const first = program.startsWith('/') ? path.basename(program) : program;
  return `${first.trim()} ${args[0] ?? ''}`.trim().slice(0, 70);
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name of a program may hold anything, so what is counted begins after its closing bracket.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended between the listing and the reading.
    }
  }
  const found = [root];
  for (const pid of found)
    for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child);
  return found;
}
