import fs from 'node:fs';
import path from 'node:path';
import { root } from './run-steps.ts';

/** Every file in scripts/gen exports `generate`: paths from the root of the project, and what belongs in them. */
interface Generator {
  generate(): Promise<Map<string, string>>;
}

/**
 * Writes every generated file, or with `--check` only says which of them differ from what their generator makes.
 */
async function main(isCheck: boolean): Promise<string[]> {
  const folder = path.join(root, 'scripts', 'gen');
  const names = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const stale: string[] = [];
  for (const name of names) {
    const generator: Generator = await import(path.join(folder, name));
    for (const [file, content] of await generator.generate()) {
      const target = path.join(root, file);
      if (fs.existsSync(target) && fs.readFileSync(target, 'utf8') === content) continue;
      stale.push(file);
      if (isCheck) continue;
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, content);
    }
  }
  return stale;
}

const isCheck = process.argv.includes('--check');
const stale = await main(isCheck);
if (isCheck && stale.length > 0) {
  console.log(`Not up to date: ${stale.join(', ')}. Run: npm run gen`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'All generated files are up to date.' : `Written: ${stale.join(', ')}`);
}
