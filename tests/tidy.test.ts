import path from 'node:path';
import { ERROR_CODES } from '@billhook/contract/errors';
import { describe, expect, test } from 'vitest';
import { isCode, isTest, lineCount, projectFiles, readProjectFile } from './tree.ts';

const files = projectFiles();
const code = files.filter(isCode);
const sources = code.filter((name) => !isTest(name));
// A suite that adapters run holds its laws in files of their own.
const tests = code.filter((name) => /\.test\.tsx?$|\/conformance\/[a-z-]+-laws\.ts$/.test(name));

describe('sizes and names', () => {
  test('no file is over 400 lines, no test over 800', () => {
    const long = code.filter((name) => lineCount(name) > (isTest(name) ? 800 : 400));
    expect(long.map((name) => `${name}: ${lineCount(name)}`)).toEqual([]);
  });

  test('half of all source files are under 80 lines', () => {
    const sizes = sources.map(lineCount).sort((a, b) => a - b);
    expect(sizes.length).toBeGreaterThan(100);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(80);
  });

  test('paths say what a file is for: no catch-all names, and kebab-case', () => {
    const banned = /(^|[/._-])(utils?|helpers?|managers?|v2|new|legacy|misc|common-utils)([/._-]|$)/;
    expect(code.filter((name) => banned.test(name))).toEqual([]);
    const inSources = code.filter((name) => /\/src\/|^scripts\//.test(name));
    expect(inSources.filter((name) => !/^[a-z0-9./-]+$/.test(name))).toEqual([]);
  });
});

describe('what only a few files may touch', () => {
  const clockAndChance = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/;
  /** Mains and programs for the terminal, and the stand-ins for outside services, which live in real time. */
  const mayLog =
    /(^|\/)main\.tsx?$|^scripts\/|^bench\/|^examples\/|^packages\/(cli|sim|sandbox|core\/scripts)\//;

  function users(pattern: RegExp, allowed: RegExp): string[] {
    const product = sources.filter((name) => /^(apps|packages|products)\//.test(name) && !allowed.test(name));
    return product.filter((name) => pattern.test(withoutComments(readProjectFile(name))));
  }

  test('real time and chance come from the clock and the id source', () => {
    const allowed =
      /^apps\/server\/src\/(platform\/(clock|ids|crypto)|main)\.ts$|^packages\/(cli|sandbox)\/|^apps\/(admin|portal|demo)\/|^packages\/(ui|sdk)\//;
    expect(users(clockAndChance, allowed)).toEqual([]);
  });

  test('core has neither clock nor chance, whoever asks', () => {
    const inCore = sources.filter((name) => name.startsWith('packages/core/src/'));
    const pattern =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bconsole\.|\bsetTimeout\b|\bfetch\(/;
    expect(inCore.filter((name) => pattern.test(withoutComments(readProjectFile(name))))).toEqual([]);
  });

  test('the environment is read in one place', () => {
    const allowed =
      /^apps\/server\/src\/(platform\/config|main)\.ts$|^packages\/(cli|sandbox)\/|vite\.config\.ts$/;
    expect(users(/\bprocess\.env\b/, allowed)).toEqual([]);
  });

  // A list inside a join may be made anew for each row, each time with the next ones, past its limit.
  test('what is taken up to a limit is listed once, before it is changed', () => {
    expect(users(/\b(from|using)\s*\(select[^`]*\blimit\b[^`]*skip locked/i, /\.test\.ts$/)).toEqual([]);
  });

  test('nothing but programs prints', () => {
    expect(users(/\bconsole\.[a-z]+\(/, mayLog)).toEqual([]);
  });
});

describe('promises between files', () => {
  test('every law of core/SPEC.md is named by a test, and every law a test names is in it', () => {
    const stated = idsIn(readProjectFile('packages/core/SPEC.md'));
    const enforced = new Set(tests.flatMap((name) => [...idsIn(titles(readProjectFile(name)))]));
    expect(
      [...stated].filter((id) => !enforced.has(id)),
      'laws without a test',
    ).toEqual([]);
    expect(
      [...enforced].filter((id) => !stated.has(id)),
      'laws that are not in the specification',
    ).toEqual([]);
    expect(stated.size).toBeGreaterThan(10);
  });

  test('every declared error code is provoked by a test', () => {
    // An expectation holds the code as a text of its own, or stands in a test whose name begins with it. A comment
    // or the name of a page would prove nothing.
    const text = tests
      .filter((name) => !name.startsWith('packages/contract/'))
      .map((name) => withoutComments(readProjectFile(name)))
      .join('\n');
    const isProvoked = (code: string) =>
      [`'${code}'`, `it('${code}: `, `test('${code}: `].some((form) => text.includes(form));
    expect(ERROR_CODES.filter((code) => !isProvoked(code))).toEqual([]);
  });

  test('what a page shows is waited for, never read once', () => {
    const readOnce =
      /expect\([^;]*\.(count|isVisible|isChecked|isDisabled|isEnabled|inputValue|textContent|getAttribute)\([^;]*\)\)/;
    const inBrowser = tests.filter((name) => name.startsWith('tests/browser/'));
    expect(inBrowser.length).toBeGreaterThan(0);
    expect(inBrowser.filter((name) => readOnce.test(withoutComments(readProjectFile(name))))).toEqual([]);
  });

  test('every module of the server says on one page what it owns', () => {
    const modules = new Set(files.map((name) => /^apps\/server\/src\/modules\/[^/]+/.exec(name)?.[0]));
    modules.delete(undefined);
    expect([...modules].filter((name) => !files.includes(`${name}/README.md`))).toEqual([]);
    expect([...modules].filter((name) => !files.includes(`${name}/api.ts`))).toEqual([]);
  });
});

describe('what must not be in the repository', () => {
  const texts = files.filter(
    (name) => !/\.(png|jpg|webp|woff2?|ttf|pdf|gz|ico|ndjson)$/.test(name) && !isRuleFile(name),
  );

  test('no addresses of package registries, no folders of one machine, no numbers of issues', () => {
    const host = /registry\.(npmjs|yarnpkg|npmmirror)|npmmirror\.com|artifactory/;
    const machine = /(^|[\s"'`(])\/(work|root|home\/[a-z]+)\/[a-z]/m;
    const issue = /\bissues? #?\d+\b|\bGH-\d+\b|\(#\d+\)/i;
    const found = texts.filter((name) =>
      [host, machine, issue].some((pattern) => pattern.test(readProjectFile(name))),
    );
    expect(found).toEqual([]);
  });

  test('the lock names contents, not places to download from', () => {
    const lock: { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> } =
      JSON.parse(readProjectFile('package-lock.json'));
    const entries = Object.entries(lock.packages).filter(
      ([name, entry]) => name.includes('node_modules/') && !entry.link,
    );
    expect(entries.filter(([, entry]) => entry.resolved).map(([name]) => name)).toEqual([]);
    expect(entries.filter(([, entry]) => !entry.integrity).map(([name]) => name)).toEqual([]);
  });

  test('a Dockerfile pins its base, copies what it names and does not run as root', () => {
    for (const name of files.filter((file) => /(^|\/)Dockerfile(\.|$)/.test(file))) {
      const text = readProjectFile(name);
      const bases = [...text.matchAll(/^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/gim)];
      const stages = new Set(bases.map(([, , stage]) => stage));
      const loose = bases.filter(
        ([, base]) => !stages.has(base) && (!base?.includes(':') || base.endsWith(':latest')),
      );
      expect(
        loose.map(([line]) => line),
        name,
      ).toEqual([]);
      expect(text, name).not.toMatch(/^ADD\s/im);
      expect(text, name).toMatch(/^USER\s+(?!root)/im);
    }
  });

  function isRuleFile(name: string): boolean {
    return name === 'tests/tidy.test.ts';
  }
});

/** Laws are numbered I01, I02 and so on. */
function idsIn(text: string): Set<string> {
  return new Set(text.match(/\bI\d{2,3}\b/g) ?? []);
}

/** The names of the tests in a file, joined. */
function titles(text: string): string {
  const calls = text.matchAll(
    /\b(?:test|it|describe)(?:\.[a-z]+)*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\(\s*(['"`])(.*?)\1/gs,
  );
  return [...calls].map((match) => match[2]).join('\n');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

describe('what is installed', () => {
  test('the native canvas that pdfjs-dist would take in Node, and nobody uses, is not in the lock', () => {
    expect(readProjectFile('package-lock.json')).toContain('node_modules/pdfjs-dist');
    expect(readProjectFile('package-lock.json')).not.toContain('node_modules/@napi-rs/canvas');
  });
});

describe('what people read', () => {
  test('every link of a page leads to a file or folder of the project', () => {
    const pages = files.filter((name) => name.endsWith('.md') && !name.includes('/fixtures/'));
    const links = pages.flatMap((page) =>
      [...readProjectFile(page).matchAll(/\]\((?!\w+:|#)([^)\s#]+)/g)].map(([, to = '']) => ({
        page,
        leadsTo: path.posix.join(path.posix.dirname(page), to).replace(/\/$/, ''),
      })),
    );
    const leads = (to: string) => files.some((name) => name === to || name.startsWith(`${to}/`));
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter(({ leadsTo }) => !leads(leadsTo))).toEqual([]);
  });

  test('every act of the audit log and every event is said in words', () => {
    const server = sources.filter((name) => name.startsWith('apps/server/src/'));
    const named = server.flatMap((name) =>
      [...readProjectFile(name).matchAll(/\b(?:audit|emit)\(\{\s*(?:action|type): ('[^\n]*)/g)].flatMap(
        ([, rest = '']) => [...rest.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, type]) => type),
      ),
    );
    const words = readProjectFile('apps/admin/src/lib/words.ts');
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((type) => !words.includes(`'${type}': '`))).toEqual([]);
  });

  test('words for people have apostrophes as books print them', () => {
    const screens = sources.filter((name) => /^(apps\/(admin|portal)|packages\/ui)\/src\//.test(name));
    const typed = /[a-z](?:'s |n't )/;
    expect(screens.filter((name) => typed.test(withoutComments(readProjectFile(name))))).toEqual([]);
  });
});
