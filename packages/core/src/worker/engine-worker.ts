import { refuse } from '../kernel/result.ts';
import { answer, type EngineAnswer, type EngineAsk } from './answer.ts';

/** A question with a number of its own; the answer has the same. */
export interface EngineMessage {
  readonly id: number;
  readonly question: EngineAsk;
}

export interface EngineReply {
  readonly id: number;
  readonly answer: EngineAnswer;
}

/** What a worker has of the browser: core knows no more of it. */
interface WorkerScope {
  onmessage: ((event: { readonly data: EngineMessage }) => void) | null;
  postMessage(reply: EngineReply): void;
}

const scope = globalThis as unknown as WorkerScope;

/** The entry of a web worker: answers every message in order, also bad ones. */
scope.onmessage = ({ data }) => {
  scope.postMessage({ id: data.id, answer: safely(data.question) });
};

function safely(question: EngineAsk): EngineAnswer {
  try {
    return answer(question);
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'The engine failed.';
    return refuse('engine.failed', detail);
  }
}
