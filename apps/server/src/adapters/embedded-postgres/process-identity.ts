import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * When the process with this number started, as opaque text, or undefined when there is no such process.
 * A zombie counts as gone: it holds nothing any more.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in brackets may hold spaces and brackets itself, so fields are counted after the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const answer = spawnSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8' });
  return answer.stdout?.trim() || undefined;
}

/** The arguments the process was started with, or an empty list when it is gone, a zombie or not readable. */
export function processArguments(pid: number): string[] {
  if (process.platform === 'linux') {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    } catch {
      return [];
    }
  }
  const answer = spawnSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' });
  return answer.stdout ? answer.stdout.trim().split(' ') : [];
}

/** The namespace that process numbers are counted in; the same text for every process of this machine elsewhere. */
export function processNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function bootId(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
