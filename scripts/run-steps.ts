import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));

/** One thing to verify: a Node program with its arguments, from the root of the project. */
export interface Step {
  name: string;
  program: string;
  args: string[];
  /** Says why a finished run is wrong even though it ended with 0. */
  judge?: (output: string) => string | undefined;
}

export interface StepResult {
  name: string;
  isGood: boolean;
}

/** Runs the steps, as many at once as asked, and prints a line for each; the output only of those that fail. */
export async function runSteps(steps: readonly Step[], atOnce: number): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  async function worker(): Promise<void> {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step));
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function runStep(step: Step): Promise<StepResult> {
  const startedAt = performance.now();
  const { code, output } = await runNode(step.program, step.args);
  const fault = code === 0 ? step.judge?.(output) : `it ended with code ${code}`;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${fault ? 'FAILED' : 'ok    '} ${step.name.padEnd(32)} ${seconds.padStart(5)} s${fault ? `: ${fault}` : ''}`,
  );
  if (fault) console.log(output.trimEnd());
  return { name: step.name, isGood: !fault };
}

function runNode(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, program), ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
