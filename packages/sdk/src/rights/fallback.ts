import { answerOf, type RightAnswer } from './answer.ts';

/** What to answer where the server was never heard. */
export type FallbackRule = 'allow' | 'deny';

export interface Fallbacks {
  /** For features that are not named; `deny` if left out. */
  readonly otherwise?: FallbackRule;
  readonly features?: Readonly<Record<string, FallbackRule>>;
}

/** Answers of the seller's own rules, one a feature, made once. */
export type FallbackAnswers = (feature: string) => RightAnswer;

export function fallbackAnswers(fallbacks: Fallbacks): FallbackAnswers {
  const named = new Map(
    Object.entries(fallbacks.features ?? {}).map(([feature, rule]) => [
      feature,
      fallbackAnswer(feature, rule),
    ]),
  );
  const otherwise = fallbacks.otherwise ?? 'deny';
  return (feature) => named.get(feature) ?? fallbackAnswer(feature, otherwise);
}

function fallbackAnswer(feature: string, rule: FallbackRule): RightAnswer {
  return answerOf({
    allowed: rule === 'allow',
    state: 'fallback',
    reason: 'fallback',
    of: { feature, featureName: feature, unit: null, resetAt: null, value: null },
    kind: null,
    limit: null,
    used: null,
    remaining: null,
  });
}
