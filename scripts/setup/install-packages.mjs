import { npm } from './npm.mjs';
import { root } from './places.mjs';
import { withProgress } from './progress.mjs';

/**
 * Installs from the committed lock without changing it. Not `npm ci`: that refuses a lock that lacks the binary
 * packages of another platform. No install scripts: the only ones in the tree make links that the server makes itself.
 */
export async function installPackages(node) {
  const args = [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--engine-strict',
  ];
  await withProgress('Installing packages, on the first start only', () => npm(node, args, root));
}
