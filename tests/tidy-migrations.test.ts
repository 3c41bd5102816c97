import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './tree.ts';

/** From here on constraints are added without reading rows, and validated by a migration of their own. */
const FIRST = '0079';

/** What of a migration makes others wait behind an exclusive lock while rows are read. */
function faultsOf(sql: string): string[] {
  const text = sql.replaceAll(/--[^\n]*/g, '').toLowerCase();
  const made = new Set(
    [...text.matchAll(/create table (?:if not exists )?([\w.]+)/g)].map(([, name]) => name),
  );
  const faults: string[] = [];
  const added = new Set<string>();
  for (const [, table = '', clauses = ''] of text.matchAll(/alter table (?:only )?([\w.]+)([^;]*);/g)) {
    if (made.has(table)) continue;
    for (const clause of clauses.split(/,(?=\s*(?:add|drop|alter|validate)\b)/)) {
      const [, name = ''] = /\b(?:add|validate) constraint (\w+)/.exec(clause) ?? [];
      if (/\bvalidate constraint\b/.test(clause)) {
        if (added.has(name)) faults.push(`${name} is validated where it is added`);
      } else if (/\badd (?:constraint \w+ )?(?:check|foreign key)\b/.test(clause)) {
        added.add(name);
        if (!/\bnot valid\b/.test(clause)) faults.push(`${name || table} is added and read at once`);
      }
    }
  }
  return faults;
}

test('a migration adds checks and foreign keys to tables that are there without reading them, and another one validates them', () => {
  const folder = path.join(root, 'apps', 'server', 'migrations');
  const files = fs.readdirSync(folder).filter((name) => name.slice(0, 4) >= FIRST);
  expect(files.length).toBeGreaterThan(0);
  for (const name of files)
    expect([name, faultsOf(fs.readFileSync(path.join(folder, name), 'utf8'))]).toEqual([name, []]);
});

test('the rule sees what it forbids, and lets pass what it allows', () => {
  expect(faultsOf("alter table a add constraint b check (c in ('x', 'y'));")).toEqual([
    'b is added and read at once',
  ]);
  expect(faultsOf('alter table a add foreign key (c) references d (e);')).toEqual([
    'a is added and read at once',
  ]);
  const both = 'alter table a add constraint b check (c > 0) not valid; alter table a validate constraint b;';
  expect(faultsOf(both)).toEqual(['b is validated where it is added']);
  expect(
    faultsOf('alter table a\n  drop constraint b,\n  add constraint b check (c > 0) not valid;'),
  ).toEqual([]);
  expect(faultsOf('alter table a validate constraint b;')).toEqual([]);
  expect(faultsOf('create table a (c int); alter table a add constraint b check (c > 0);')).toEqual([]);
});
