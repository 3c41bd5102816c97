import { constants } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CheckedStore } from '../../modules/files/api.ts';

const KEY = /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/;

/** Keeps files below one folder. A file appears under its key only when it is whole and flushed. */
export function createLocalDiskStore(folder: string): CheckedStore {
  const place = (key: string): string => {
    if (!KEY.test(key)) throw new Error('a storage key has characters that no key of ours has');
    return path.join(folder, key);
  };
  return {
    async put(key, bytes) {
      const target = place(key);
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      const half = `${target}.half`;
      const file = await open(half, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, target);
    },
    async get(key) {
      try {
        return await readFile(place(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async check() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
    },
    async delete(key) {
      await rm(place(key), { force: true });
    },
  };
}
