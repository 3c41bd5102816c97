/** Room for so much work at once. Whoever it is for, nobody has two pieces of it under way while another waits for the first. */
export type Slots = {
  /** Runs the work once there is room. */
  within<T>(owner: number, work: () => Promise<T>): Promise<T>;
};

type Waiting = { owner: number; begin: () => void };

export function createSlots(count: number): Slots {
  const waiting: Waiting[] = [];
  const held: number[] = [];

  function letIn(): void {
    while (held.length < count && waiting.length > 0) {
      const idle = waiting.findIndex(({ owner }) => !held.includes(owner));
      const [next] = waiting.splice(Math.max(idle, 0), 1) as [Waiting];
      held.push(next.owner);
      next.begin();
    }
  }

  return {
    async within(owner, work) {
      await new Promise<void>((begin) => {
        waiting.push({ owner, begin });
        letIn();
      });
      try {
        return await work();
      } finally {
        held.splice(held.indexOf(owner), 1);
        // Whoever ends asks again at once, if at all: it is among those who wait before the room is given away.
        setImmediate(letIn);
      }
    },
  };
}
