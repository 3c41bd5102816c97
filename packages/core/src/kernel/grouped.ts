/** Entries by a key, in one pass; keys in order of first appearance, entries in their order. */
export function grouped<K, V>(entries: Iterable<V>, keyOf: (entry: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}
