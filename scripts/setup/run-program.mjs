import { spawn } from 'node:child_process';
import path from 'node:path';
import { compileCache, isWindows, projectNode, root } from './places.mjs';

const SERVER = 'apps/server/src/main.ts';

/**
 * How glibc's allocator is asked to treat the server: larger blocks come from the system and go back to it at once, and
 * threads share two pools. Left alone, what a busy hour freed stays with the process for good. Other systems ignore it.
 */
const GIVE_BACK = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Whether these arguments start the server. */
export const isServer = (args) => args.includes(SERVER);

/** Options before the program's name are Node's own. */
export function nodeOptions(args) {
  const at = args.findIndex((arg) => !arg.startsWith('--'));
  return at < 0 ? [] : args.slice(0, at);
}

/**
 * Becomes the program where the system can do that (same process, so every signal reaches it). On the first start,
 * still on an older Node, it runs as a child that gets the signals passed on and ends when this process loses its parent.
 */
export function runProgram(args) {
  if (args.every((arg) => arg.startsWith('--'))) return;
  const node = projectNode();
  const options = nodeOptions(args);
  const [program, ...rest] = args.slice(options.length);
  const argv = [...options, path.join(root, program), ...rest];
  const env = {
    ...(isServer(args) ? GIVE_BACK : {}),
    ...process.env,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache,
  };
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
