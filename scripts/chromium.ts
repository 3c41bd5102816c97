import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/snap/bin/chromium',
];

export const HOW_TO_GET_CHROMIUM =
  'Chromium is needed for the browser tests: run "apt-get install -y chromium" as root, or set CHROMIUM_PATH.';

/** The Chromium of this machine: CHROMIUM_PATH, else the search path, else the usual places. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given) return fs.existsSync(given) ? given : undefined;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
    ...PLACES,
  ];
  return candidates.find((candidate) => fs.existsSync(candidate));
}

/** What Chromium is started with: small containers have little shared memory, and root has no sandbox. */
export function chromiumArguments(): string[] {
  const always = ['--disable-dev-shm-usage', '--disable-gpu'];
  return process.getuid?.() === 0 ? [...always, '--no-sandbox'] : always;
}

/** Finds Chromium, and installs it first where that is possible: as root, with apt. */
export function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found || process.env.CHROMIUM_PATH || process.getuid?.() !== 0 || !hasApt()) return found;
  console.log('Installing Chromium for the browser tests');
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  return findChromium();
}

function hasApt(): boolean {
  return fs.existsSync('/usr/bin/apt-get');
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const answer = spawnSync('/usr/bin/apt-get', args, { env, encoding: 'utf8' });
  if (answer.status !== 0)
    console.log(`apt-get ${args[0]} failed: ${(answer.stderr ?? '').trim().split('\n').at(-1)}`);
}
