export type Progress = {
  /** A step begins. It is shown once it has taken two seconds, and again every five. */
  step(text: string): void;
  /** Shown at once. */
  say(text: string): void;
  end(): void;
};

const QUIET_MS = 2_000;
const AGAIN_MS = 5_000;

/** Says what takes long, and says nothing where all is quick. */
export function createProgress(print: (text: string) => void): Progress {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => clearTimeout(timer);
  return {
    step(text) {
      clear();
      const startedAt = performance.now();
      const show = () => {
        print(`${text} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
        timer = setTimeout(show, AGAIN_MS);
      };
      timer = setTimeout(show, QUIET_MS);
    },
    say: print,
    end: clear,
  };
}
