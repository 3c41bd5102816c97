/** A map of bounded size that forgets what was not asked for lately. */
export type Recent<K, V> = {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
};

/**
 * Two generations: what is asked for moves to the young one, and when that has half of `most`, the old one is forgotten.
 * That is nearly what a list in order of use does, at the price of a look-up.
 */
export function createRecent<K, V>(most: number): Recent<K, V> {
  const half = Math.ceil(most / 2);
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function put(key: K, value: V): void {
    young.set(key, value);
    if (young.size < half) return;
    old = young;
    young = new Map();
  }

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) put(key, older);
      return older;
    },
    set(key, value) {
      old.delete(key);
      put(key, value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
}
