import { spawn } from 'node:child_process';
import { compileCache, projectNode } from './places.mjs';

/** Runs a program of the project to its end, without a word. True if it ended well. */
export async function runBeside(args) {
  const child = spawn(projectNode(), args, {
    stdio: 'ignore',
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  return code === 0;
}
