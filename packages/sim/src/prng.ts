/** A stream of numbers that depends on its seed alone (sfc32). The simulator draws everything from it. */
export interface Prng {
  /** From 0 to 1, exclusive. */
  next(): number;
  /** A whole number from `min` to `max`, inclusive. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** An independent stream that depends on this seed and the name only, not on what was drawn before. */
  fork(name: string): Prng;
}

export function prngOf(seed: string): Prng {
  let [a, b, c, d] = hash(seed);
  const draw = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warm = 0; warm < 12; warm += 1) draw();
  const int = (min: number, max: number) => min + Math.floor(draw() * (max - min + 1));
  return {
    next: draw,
    int,
    chance: (probability) => draw() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error('Nothing to pick from.');
      return list[int(0, list.length - 1)] as (typeof list)[number];
    },
    fork: (name) => prngOf(`${seed}/${name}`),
  };
}

/** Four words from a text (FNV-1a with four offsets). */
function hash(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let index = 0; index < text.length; index += 1) {
    for (let word = 0; word < 4; word += 1) {
      words[word] = Math.imul((words[word] as number) ^ (text.charCodeAt(index) + word * 31), 0x01000193);
    }
  }
  return words;
}
