import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PlainError } from './plain-error.mjs';

// A caller's npm settings that would change what is installed. Registry, proxy, cache and certificates stay.
const UNWANTED =
  /^npm_config_(omit|include|only|optional|production|workspaces?|include_workspace_root|prefix|local_prefix|global|location|dry_run|ignore_scripts|offline|package_lock(_only)?|save|engine_strict|legacy_peer_deps|force|install_links|install_strategy)$/i;

// Tried twice, quickly: an unreachable registry must not hold a person up for ten minutes.
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=200', '--fetch-retry-maxtimeout=1000'];
const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-progress', '--loglevel=error'];

/**
 * Runs npm under the given Node, and once more from its cache alone when the first try fails.
 * Throws a PlainError with npm's own reason when both fail.
 */
export async function npm(node, args, folder) {
  const first = await attempt(node, [...args, '--prefer-offline', ...PATIENCE, ...QUIET], folder);
  if (first.code === 0) return;
  const second = await attempt(node, [...args, '--offline', ...QUIET], folder);
  if (second.code === 0) return;
  throw new PlainError(
    `npm could not install what is needed (${reason(first.output)}): check the network, then run this again.`,
  );
}

function attempt(node, args, folder) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !UNWANTED.test(name) && name !== 'NODE_ENV' && name !== 'NODE_OPTIONS',
    ),
  );
  env.PATH = path.dirname(node) + path.delimiter + (env.PATH ?? '');
  const child = spawn(node, [npmProgram(), ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** npm's own program file: the one that started us, else the one of this machine. */
function npmProgram() {
  const given = process.env.npm_execpath;
  if (given && path.basename(given) === 'npm-cli.js' && fs.existsSync(given)) return given;
  const candidates = [
    path.dirname(process.execPath),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ].flatMap((folder) => [
    path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(folder, 'npm'),
  ]);
  for (const candidate of candidates) {
    if (!fs.existsSync(candidate)) continue;
    const real = fs.realpathSync(candidate);
    if (path.basename(real) === 'npm-cli.js') return real;
  }
  throw new PlainError(
    'npm was not found on this machine: install it (it comes with Node) and run this again.',
  );
}

function reason(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim());
  const useful = lines.filter((line) => line !== '' && !/^(code|errno|syscall|A complete log)/.test(line));
  return (useful[0] ?? 'it gave no reason').replace(/\.$/, '').slice(0, 300);
}
