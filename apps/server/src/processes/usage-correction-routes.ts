import type { OperatorInput, OperatorRoutes } from '@billhook/contract/routes';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { type Handlers, type OutsideRequest, outside } from '../http/handlers.ts';
import { customerBySubject } from '../modules/customers/api.ts';
import type { CorrectionRequest } from '../modules/usage/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { correctWithEffects, presentEffects } from './correction-effects.ts';
import { digestOf, type PreviewClaim, type PreviewTokens } from './preview-token.ts';

type RouteIds =
  | 'previewVoidEvents'
  | 'voidEvents'
  | 'previewAmendEvent'
  | 'amendEvent'
  | 'previewBackfillEvents'
  | 'backfillEvents';

type Deps = { transactor: Transactor; previews: PreviewTokens };

/** Corrections of usage, each first as a preview that a signed token stands for. */
export function usageCorrectionRoutes({
  transactor,
  previews,
}: Deps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const preview = (request: OutsideRequest, read: Reader) => previewOf(transactor, previews, request, read);
  return {
    previewVoidEvents: outside((request, { body }) => preview(request, async () => voiding(body))),
    voidEvents: (ctx, { body }) => confirm(ctx, previews, body.preview_token, voiding(body)),
    previewAmendEvent: outside((request, { body }) => preview(request, async () => amending(body))),
    amendEvent: (ctx, { body }) => confirm(ctx, previews, body.preview_token, amending(body)),
    previewBackfillEvents: outside((request, { body }) => preview(request, (ctx) => filling(ctx, body))),
    backfillEvents: async (ctx, { body }) =>
      confirm(ctx, previews, body.preview_token, await filling(ctx, body)),
  };
}

type Reader = (ctx: CommandCtx) => Promise<CorrectionRequest>;

function voiding({ events, reason }: OperatorInput<'previewVoidEvents'>['body']): CorrectionRequest {
  return { kind: 'void', events: events.map(({ source, id }) => ({ source, eventId: id })), reason };
}

function amending({ event, content, reason }: OperatorInput<'previewAmendEvent'>['body']): CorrectionRequest {
  const key = { source: event.source, eventId: event.id };
  return { kind: 'amend', key, content: { specversion: '1.0', ...content }, reason };
}

async function filling(
  ctx: QueryCtx,
  body: OperatorInput<'previewBackfillEvents'>['body'],
): Promise<CorrectionRequest> {
  const customer = await customerBySubject(ctx, body.customer);
  const [from, to] = [timeOf(body.from, '/from'), timeOf(body.to, '/to')];
  if (to <= from) {
    refuse('request.invalid', 'The stretch ends before it begins.', {
      faults: [{ pointer: '/to', code: 'period.backwards', detail: 'This lies after `from`.' }],
    });
  }
  const { mode, type, events, reason } = body;
  return { kind: 'backfill', mode, customerId: customer.id, type, from, to, events, reason };
}

function timeOf(text: string, pointer: string): Instant {
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer, code, detail }] });
}

/** Carries what was found out of a transaction that is to leave nothing behind. */
class TakenBack<T> extends Error {
  override readonly name = 'TakenBack';
  readonly found: T;
  constructor(found: T) {
    super('Nothing of this stays.');
    this.found = found;
  }
}

/** Does everything that confirming would do, and takes it back. */
async function previewOf(
  transactor: Transactor,
  tokens: PreviewTokens,
  request: OutsideRequest,
  read: Reader,
) {
  try {
    return await transactor.command(request, async (ctx) => {
      const correction = await read(ctx);
      throw new TakenBack(presentPreview(ctx, tokens, correction, await effectsOf(ctx, correction)));
    });
  } catch (error) {
    if (error instanceof TakenBack) return (error as TakenBack<ReturnType<typeof presentPreview>>).found;
    throw error;
  }
}

type Effects = ReturnType<typeof presentEffects>;

async function effectsOf(ctx: CommandCtx, correction: CorrectionRequest): Promise<Effects> {
  return presentEffects(await correctWithEffects(ctx, correction));
}

async function confirm(ctx: CommandCtx, tokens: PreviewTokens, token: string, correction: CorrectionRequest) {
  const effects = await effectsOf(ctx, correction);
  if (!tokens.isFresh(token, claimOf(ctx, correction, effects), ctx.wallNow)) {
    refuse(
      'preview.stale',
      'Something has changed since the preview, so nothing was done. Look at the new one.',
      { facts: { preview: presentPreview(ctx, tokens, correction, effects) } },
    );
  }
  const { voided, amended, added } = effects;
  ctx.audit({
    action: `usage.${correction.kind}`,
    objectKind: 'usage',
    objectId: correction.kind,
    details: { voided, amended, added, reason: correction.reason },
  });
  return { object: 'usage_correction' as const, ...effects };
}

function presentPreview(
  ctx: CommandCtx,
  tokens: PreviewTokens,
  correction: CorrectionRequest,
  effects: Effects,
) {
  const { token, expiresAt } = tokens.make(claimOf(ctx, correction, effects), ctx.wallNow);
  return { object: 'usage_correction_preview' as const, ...effects, token, expires_at: iso(expiresAt) };
}

/** Usage that comes in meanwhile moves the next invoice; what holds is how much the correction moves it. */
function claimOf(ctx: CommandCtx, correction: CorrectionRequest, effects: Effects): PreviewClaim {
  const upcoming = effects.upcoming.map(({ subscription, total_before, total_after }) => [
    subscription,
    BigInt(total_after) - BigInt(total_before),
  ]);
  return {
    tenantId: ctx.tenant.publicId,
    subjectId: `usage ${correction.kind}`,
    digest: digestOf([correction, { ...effects, upcoming }]),
  };
}
