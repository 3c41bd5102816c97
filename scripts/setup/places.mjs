import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node that the project is tested with. It also runs on any later 24. */
export const NODE_VERSION = '24.21.0';
/** Since this minor of 24 TypeScript runs without a flag and without a warning. */
const OLDEST_MINOR = 12;

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const isWindows = process.platform === 'win32';
export const runtime = path.join(root, '.runtime');
export const modules = path.join(root, 'node_modules');
export const stampFile = path.join(modules, '.setup-stamp');
export const unfinishedMark = path.join(runtime, 'install-unfinished');
export const lockFile = path.join(runtime, 'setup.lock');
export const compileCache = path.join(modules, '.cache', 'node-compile');

const broughtFolder = path.join(runtime, `node-${NODE_VERSION}`);
export const broughtNode = path.join(broughtFolder, 'bin', isWindows ? 'node.exe' : 'node');

/** Whether a Node of this version can run the project as it is. */
export function fits(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === 24 && minor >= OLDEST_MINOR;
}

/** The Node to run everything with: the machine's own where it fits, else the brought one. */
export function projectNode() {
  return fits(process.versions.node) ? process.execPath : broughtNode;
}

export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
