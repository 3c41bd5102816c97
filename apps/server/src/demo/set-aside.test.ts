import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/database.ts';
import { temporaryFolder } from '../testing/main-process.ts';
import { setAsideHalfTold, storyFile } from './set-aside.ts';

test('a story that was told to another database is told to this one too', async () => {
  const database = await createTestDatabase();
  const folder = temporaryFolder();
  writeFileSync(storyFile(folder), JSON.stringify({ concierge: 'told', workforce: 'begun' }));
  expect(await setAsideHalfTold(folder, database.url)).toEqual([]);
  expect(JSON.parse(readFileSync(storyFile(folder), 'utf8'))).toEqual({});
  await database.close();
});
