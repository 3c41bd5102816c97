import type { YearAsk, YearOfPlan } from '@billhook/core/worker/answer';
import type { EngineMessage, EngineReply } from '@billhook/core/worker/engine-worker';
import { useEffect, useRef, useState } from 'react';

/** By key of the plan: what a year costs; null where the engine could not tell. */
export type Years = ReadonlyMap<string, YearOfPlan | null>;

/**
 * Asks the engine in a web worker what a year of each plan costs. It answers in the browser, in order and within a frame
 * or two, so every step of a slider is answered and nothing goes to the server. Null until the first answers are there.
 */
export function useYears(questions: ReadonlyMap<string, YearAsk | null>): Years | null {
  const worker = useRef<Worker | null>(null);
  const asked = useRef(new Map<number, string>());
  const count = useRef(0);
  const [years, setYears] = useState<Years | null>(null);

  useEffect(() => {
    const engine = new Worker(new URL('./engine-thread.ts', import.meta.url), { type: 'module' });
    const waiting = asked.current;
    engine.onmessage = ({ data }: MessageEvent<EngineReply>) => {
      const plan = waiting.get(data.id);
      waiting.delete(data.id);
      if (plan === undefined) return;
      const { answer } = data;
      const year = answer.ok && 'yearMinor' in answer.value ? answer.value : null;
      setYears((before) => new Map(before).set(plan, year));
    };
    engine.onerror = () => setYears(new Map());
    worker.current = engine;
    return () => {
      engine.terminate();
      waiting.clear();
      worker.current = null;
    };
  }, []);

  useEffect(() => {
    for (const [plan, question] of questions) {
      if (question === null) {
        setYears((before) => new Map(before).set(plan, null));
        continue;
      }
      count.current += 1;
      asked.current.set(count.current, plan);
      worker.current?.postMessage({ id: count.current, question } satisfies EngineMessage);
    }
  }, [questions]);
  return years;
}
