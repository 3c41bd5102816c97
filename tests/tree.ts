import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every file that belongs to the project: tracked, or new and not ignored. Paths from the root, with slashes. */
export function projectFiles(): string[] {
  // The clone may belong to another account, as in a container that mounts it; only names are read here.
  const args = ['-c', 'safe.directory=*', 'ls-files', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  const names = [...new Set(listed.split('\n').filter((name) => name !== ''))];
  return names.filter((name) => fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.isFile());
}

export function readProjectFile(name: string): string {
  return fs.readFileSync(path.join(root, name), 'utf8');
}

export function isTest(name: string): boolean {
  return (
    /\.test\.tsx?$/.test(name) ||
    name.startsWith('tests/') ||
    name.includes('/tests/') ||
    name.includes('/testing/')
  );
}

/** Code that a person wrote and that the rules about size and style are for. */
export function isCode(name: string): boolean {
  const isMade = /\.gen\.ts$|\/generated\/|^tests\/tidy\/|\/fixtures\//.test(name);
  return /\.(ts|tsx|mjs|cjs)$/.test(name) && !isMade;
}

export function lineCount(name: string): number {
  return readProjectFile(name).split('\n').length - 1;
}
