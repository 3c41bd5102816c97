import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './run-steps.ts';

const run = promisify(execFile);
const PACKAGE = path.join(root, 'packages', 'sandbox');

/** What the workspace's description of the package says that holds for the packed one, too. */
interface Description {
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Packs the sandbox for projects elsewhere, compiled, because Node runs no TypeScript below `node_modules`. It goes by
 * the name of its program, so that `npx billhook-sandbox` means it. Answers with the path of the tarball.
 */
async function packSandbox(folder: string): Promise<string> {
  const staging = await fs.mkdtemp(path.join(folder, 'staging-'));
  try {
    await run(process.execPath, [
      path.join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc'),
      '-p',
      path.join(PACKAGE, 'tsconfig.package.json'),
      '--outDir',
      path.join(staging, 'dist', 'program'),
    ]);
    for (const part of ['bin', 'README.md'])
      await fs.cp(path.join(PACKAGE, part), path.join(staging, part), { recursive: true });
    for (const part of ['LICENSE', 'NOTICE']) await fs.cp(path.join(root, part), path.join(staging, part));
    const inWorkspace = JSON.parse(
      await fs.readFile(path.join(PACKAGE, 'package.json'), 'utf8'),
    ) as Description;
    const { version, license, type, engines, bin, dependencies } = inWorkspace;
    const packed = {
      name: 'billhook-sandbox',
      version,
      license,
      type,
      engines,
      exports: {
        './start': './dist/program/start.js',
        './control-client': './dist/program/control-client.js',
      },
      bin,
      dependencies,
    };
    await fs.writeFile(path.join(staging, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`);
    await run('npm', ['pack', '--pack-destination', folder], { cwd: staging });
    return path.join(folder, `billhook-sandbox-${version}.tgz`);
  } finally {
    await fs.rm(staging, { recursive: true, force: true });
  }
}

const folder = path.resolve(process.argv[2] ?? path.join(PACKAGE, 'dist'));
await fs.mkdir(folder, { recursive: true });
console.log(await packSandbox(folder));
