const FIRST_WORD_AFTER_MS = 2_000;
const EVERY_MS = 5_000;

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Says what is going on once a step takes longer than two seconds, and again every five. */
export async function withProgress(text, work) {
  const startedAt = performance.now();
  const tell = () => say(`${text} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  let every;
  const first = setTimeout(() => {
    tell();
    every = setInterval(tell, EVERY_MS);
  }, FIRST_WORD_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}
