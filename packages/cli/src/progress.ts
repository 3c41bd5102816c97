import type { Terminal } from './context.ts';

export interface Progress {
  /** @param share from 0 to 1 */
  show(share: number, note: string): void;
  end(): void;
}

/** A bar that is drawn anew for a person, and a plain line at every tenth for a log. Both go to standard error. */
export function createProgress(terminal: Terminal): Progress {
  let lastTenth = -1;
  let isOpen = false;
  return {
    show(share, note) {
      const bounded = Math.min(1, Math.max(0, share));
      if (terminal.isInteractive) {
        terminal.err(`\r${drawBar(bounded, note, terminal.columns)}`);
        isOpen = true;
        return;
      }
      const tenth = Math.floor(bounded * 10);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      terminal.err(`${tenth * 10} % ${note}\n`);
    },
    end() {
      if (isOpen) terminal.err('\n');
      isOpen = false;
    },
  };
}

function drawBar(share: number, note: string, columns: number): string {
  const tail = ` ${String(Math.floor(share * 100)).padStart(3)} % ${note}`;
  const width = Math.max(10, Math.min(40, columns - tail.length - 3));
  const full = Math.round(share * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]${tail}`
    .slice(0, Math.max(20, columns - 1))
    .padEnd(columns - 1);
}
