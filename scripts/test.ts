import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runChecks } from './check.ts';
import { ensureChromium, HOW_TO_GET_CHROMIUM } from './chromium.ts';
import { root } from './run-steps.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's report in JSON that is counted here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

const isProof = process.argv.includes('--proof');
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

if (!isProof) await check();
const chromium = lookForChromium();
await test(chromium);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(): Promise<void> {
  for (const result of await runChecks({ isTidyIncluded: false })) {
    if (result.isGood) total.passed += 1;
    else total.failed += 1;
  }
}

function lookForChromium(): string | undefined {
  const found = ensureChromium();
  if (found) return found;
  console.log(HOW_TO_GET_CHROMIUM);
  if (isCi) total.failed += 1;
  else console.log('It is not here, so the browser tests (tests/browser) are not run.');
  return undefined;
}

async function test(executable: string | undefined): Promise<void> {
  const reportFile = path.join(root, 'node_modules', '.cache', `test-report-${process.pid}.json`);
  fs.mkdirSync(path.dirname(reportFile), { recursive: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  if (!isProof) args.push('--coverage');
  const folder = temporaryFolder();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TMPDIR: folder,
    BILLHOOK_COMPILED: await compiled(folder),
  };
  // The tests themselves take nothing from a cache, see tests/compiled-programs.ts.
  delete env.NODE_COMPILE_CACHE;
  if (executable) env.CHROMIUM_PATH = executable;
  if (isProof) env.BILLHOOK_PROOF = '1';
  const code = await runNode([path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), ...args], env);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const counts = countReport(reportFile);
  fs.rmSync(reportFile, { force: true });
  // A threshold that was missed, or an error outside of any test, has no test to count.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** Everything that a run leaves behind lies in here. Tests that act as another user must get into it too. */
function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-tests-'));
  fs.chmodSync(folder, 0o1777);
  return folder;
}

/** A folder with the server compiled, for all that tests start: most are killed before they could keep what they compiled. */
async function compiled(folder: string): Promise<string> {
  const cache = path.join(folder, 'compiled');
  const program = path.join(root, 'apps', 'server', 'src', 'start', 'warm-up.ts');
  await runNode([program], { ...process.env, NODE_COMPILE_CACHE: cache });
  return cache;
}

function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function countReport(file: string): Counts {
  if (!fs.existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const report: Report = JSON.parse(fs.readFileSync(file, 'utf8'));
  // A file that could not even be loaded has no failed test of its own.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
