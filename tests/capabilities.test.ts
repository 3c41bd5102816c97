import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every test that the list of capabilities names by its path is there', () => {
  const list = readFileSync(path.join(root, 'docs/capabilities.md'), 'utf8');
  const named = [...list.matchAll(/`([^`\s]+\/[^`\s]+\.tsx?)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
