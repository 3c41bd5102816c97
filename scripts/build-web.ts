import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './run-steps.ts';

const APPS = ['admin', 'portal'] as const;
/** What the apps are made of besides their own folder. */
const SHARED = [
  'packages/ui',
  'packages/sdk',
  'packages/core',
  'packages/contract',
  'package-lock.json',
  'tsconfig.base.json',
];
const IGNORED = new Set(['node_modules', 'dist', 'gallery', 'tests', 'coverage']);

type App = (typeof APPS)[number];

/**
 * Builds the web apps whose sources changed since their last build. Vite runs in processes of its own, so that the
 * server that waits for it stays small. Throws with Vite's own words when a build fails; the old one is gone then.
 */
export async function ensureWebBuilt(options: {
  log: (text: string) => void;
  /** Ends the build half-way; the promise is rejected then, and the next call builds anew. */
  signal?: AbortSignal;
}): Promise<void> {
  const shared = hashOf(SHARED);
  const stale = APPS.map((app) => ({ app, print: hashOf([`apps/${app}`], shared) })).filter(
    ({ app, print }) => readStamp(app) !== print,
  );
  if (stale.length === 0) return;
  const names = stale.map(({ app }) => app).join(' and ');
  options.log(`Building the web apps: ${names}`);
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const progress = setInterval(() => options.log(`Still building ${names} (${seconds()} s)`), 5_000);
  try {
    await Promise.all(stale.map(({ app, print }) => build(app, print, options.signal)));
  } finally {
    clearInterval(progress);
  }
}

async function build(app: App, print: string, signal?: AbortSignal): Promise<void> {
  const folder = path.join(root, 'apps', app);
  fs.rmSync(stampFile(app), { force: true });
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The ${app} app could not be built:\n${output.trim()}`);
  fs.writeFileSync(stampFile(app), print);
}

function stampFile(app: App): string {
  return path.join(root, 'apps', app, 'dist', '.stamp');
}

function readStamp(app: App): string | undefined {
  const file = stampFile(app);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

/** A hash over the paths and contents of all source files below the given paths, tests left out. */
function hashOf(paths: readonly string[], seed = ''): string {
  const hash = createHash('sha256').update(seed);
  for (const file of paths.flatMap((start) => sources(path.join(root, start)))) {
    hash.update(`\0${path.relative(root, file)}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function sources(start: string): string[] {
  const stat = fs.statSync(start, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [start];
  const entries = fs.readdirSync(start, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const below = path.join(start, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : sources(below);
    return /\.test\.tsx?$|\.md$/.test(entry.name) ? [] : [below];
  });
}

if (import.meta.main) {
  try {
    await ensureWebBuilt({ log: console.log });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
