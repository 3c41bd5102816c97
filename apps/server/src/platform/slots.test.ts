import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

/** Work that lasts until it is told to end, and what is under way. */
function workbench(count: number) {
  const slots = createSlots(count);
  const under = new Map<string, PromiseWithResolvers<void>>();
  const underWay = async () => {
    // Room is given away at the end of a turn.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    return [...under.keys()];
  };
  return {
    underWay,
    begin: (name: string, owner: number) =>
      slots.within(owner, async () => {
        const ending = Promise.withResolvers<void>();
        under.set(name, ending);
        await ending.promise.finally(() => under.delete(name));
      }),
    end(name: string, error?: Error) {
      const ending = under.get(name);
      if (error === undefined) ending?.resolve();
      else ending?.reject(error);
    },
  };
}

test('no more is under way than there is room for, and whoever waited goes on', async () => {
  const { begin, end, underWay } = workbench(2);
  const works = ['a', 'b', 'c'].map((name) => begin(name, 1));
  expect(await underWay()).toEqual(['a', 'b']);
  end('b');
  expect(await underWay()).toEqual(['a', 'c']);
  end('a');
  end('c');
  await Promise.all(works);
  expect(await underWay()).toEqual([]);
});

test('nobody has two pieces of work under way while another waits for the first', async () => {
  const { begin, end, underWay } = workbench(2);
  const works = [begin('one', 1), begin('one more', 1), begin('one again', 1), begin('another', 2)];
  expect(await underWay()).toEqual(['one', 'one more']);
  end('one');
  expect(await underWay()).toEqual(['one more', 'another']);
  end('another');
  expect(await underWay()).toEqual(['one more', 'one again']);
  end('one more');
  end('one again');
  await Promise.all(works);
});

test('an owner with one piece of work after the other does not fall behind one with two', async () => {
  const { begin, end, underWay } = workbench(2);
  const chain = begin('mine', 2).then(() => begin('mine again', 2));
  const works = [begin('theirs', 1), begin('theirs too', 1)];
  expect(await underWay()).toEqual(['mine', 'theirs']);
  end('mine');
  expect(await underWay()).toEqual(['theirs', 'mine again']);
  end('mine again');
  expect(await underWay()).toEqual(['theirs', 'theirs too']);
  end('theirs');
  end('theirs too');
  await Promise.all([chain, ...works]);
});

test('work that fails tells whoever began it, and leaves its room', async () => {
  const { begin, end, underWay } = workbench(1);
  const broken = begin('broken', 1).catch((error: Error) => error.message);
  const sound = begin('sound', 1);
  expect(await underWay()).toEqual(['broken']);
  end('broken', new Error('it broke'));
  expect(await broken).toBe('it broke');
  expect(await underWay()).toEqual(['sound']);
  end('sound');
  await sound;
});
