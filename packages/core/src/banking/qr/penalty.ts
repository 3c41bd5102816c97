/**
 * How hard a symbol is to read (ISO/IEC 18004, 7.8.3): long runs, blocks of one colour, patterns like a finder, and an
 * uneven share of dark modules.
 */
export function penaltyOf(size: number, dark: Uint8Array): number {
  let penalty = 0;
  for (let line = 0; line < size; line++) {
    penalty += linePenalty(size, (index) => dark[line * size + index] ?? 0);
    penalty += linePenalty(size, (index) => dark[index * size + line] ?? 0);
  }
  return penalty + blockPenalty(size, dark) + balancePenalty(size, dark);
}

function linePenalty(size: number, at: (index: number) => number): number {
  let penalty = 0;
  let run = 1;
  for (let index = 1; index <= size; index++) {
    if (index < size && at(index) === at(index - 1)) run++;
    else {
      if (run >= 5) penalty += run - 2;
      run = 1;
    }
  }
  for (let start = 0; start + 11 <= size; start++) {
    let bits = 0;
    for (let index = 0; index < 11; index++) bits = (bits << 1) | at(start + index);
    if (bits === 0b10111010000 || bits === 0b00001011101) penalty += 40;
  }
  return penalty;
}

function blockPenalty(size: number, dark: Uint8Array): number {
  let penalty = 0;
  for (let y = 0; y + 1 < size; y++)
    for (let x = 0; x + 1 < size; x++) {
      const corner = y * size + x;
      const sum =
        (dark[corner] ?? 0) +
        (dark[corner + 1] ?? 0) +
        (dark[corner + size] ?? 0) +
        (dark[corner + size + 1] ?? 0);
      if (sum === 0 || sum === 4) penalty += 3;
    }
  return penalty;
}

function balancePenalty(size: number, dark: Uint8Array): number {
  const darkCount = dark.reduce((sum, module) => sum + module, 0);
  const total = size * size;
  // Whole steps of 5 % away from a half.
  return Math.floor(Math.abs(darkCount * 20 - total * 10) / total) * 10;
}
