import { spawn } from 'node:child_process';
import path from 'node:path';
import { compileCache, isWindows, projectNode, root } from './places.mjs';

/**
 * Becomes the program where the system can do that (same process, so every signal reaches it). On the first start,
 * still on an older Node, it runs as a child that gets the signals passed on and ends when this process loses its parent.
 */
export function runProgram(args) {
  if (args.length === 0) return;
  const node = projectNode();
  const [file, ...rest] = args;
  const argv = [path.join(root, file), ...rest];
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache };
  env.PATH = path.dirname(node) + path.delimiter + (env.PATH ?? '');
  if (process.execve && !isWindows) {
    process.execve(node, [node, ...argv], env);
  } else {
    runChild(node, argv, env);
  }
}

function runChild(node, argv, env) {
  const child = spawn(node, argv, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
