import { ControlError } from '../control/read-input.ts';
import { PayPalError } from './error.ts';
import { failRefund } from './fail-refund.ts';
import { captureResource, tokenResource } from './present.ts';
import { openDispute, resolve } from './routes/disputes.ts';
import { giveBack } from './routes/payments.ts';
import { newDraft, type PayPalService } from './service.ts';
import type { Account } from './store.ts';
import type { PayPalDeed } from './types.ts';

/** Does what happens outside of the API; answers with the id of what was made or changed. */
export function doDeed(service: PayPalService, account: Account, deed: PayPalDeed): string {
  const draft = newDraft(service, account);
  try {
    const id = act(service, account, draft, deed);
    draft.commit();
    return id;
  } catch (cause) {
    if (cause instanceof PayPalError)
      throw new ControlError(cause.status, cause.details[0]?.issue ?? cause.message);
    throw cause;
  }
}

function act(
  service: PayPalService,
  account: Account,
  draft: ReturnType<typeof newDraft>,
  deed: PayPalDeed,
): string {
  switch (deed.deed) {
    case 'open_dispute':
      return openDispute(draft, deed.captureId, deed.reason ?? 'UNAUTHORISED').id;
    case 'resolve_dispute': {
      const dispute = draft.get('dispute', deed.disputeId);
      if (dispute === undefined) throw new ControlError(404, 'There is no such dispute.');
      return resolve(draft, dispute, deed.outcome).id;
    }
    case 'refund': {
      const taken = draft.get('capture', deed.captureId);
      if (taken === undefined) throw new ControlError(404, 'There is no such capture.');
      const { amountMinor } = deed;
      const amount = amountMinor === undefined ? null : { currency: taken.currency, amountMinor };
      return giveBack(draft, taken, amount, { customId: null, invoiceId: null, note: null }).id;
    }
    case 'fail_refund':
      return failRefund(draft, deed.refundId);
    case 'deny_capture': {
      const taken = draft.get('capture', deed.captureId);
      if (taken?.status !== 'PENDING') throw new ControlError(409, 'This capture is not pending.');
      const after = draft.put('capture', {
        ...taken,
        status: 'DECLINED',
        settlesMs: null,
        updatedMs: draft.nowMs,
      });
      draft.emit('PAYMENT.CAPTURE.DENIED', 'Payment denied', captureResource(draft, after));
      return after.id;
    }
    case 'end_agreement': {
      const token = draft.get('payment_token', deed.tokenId);
      if (token === undefined) throw new ControlError(404, 'There is no such payment token.');
      const after = draft.put('payment_token', { ...token, deleted: true });
      draft.emit(
        'VAULT.PAYMENT-TOKEN.DELETED',
        'A payment token has been deleted.',
        tokenResource(draft, after),
      );
      return after.id;
    }
    case 'revoke_tokens':
      service.tokens.revoke(account);
      return account.settings.id;
    default:
      throw new ControlError(400, 'The stand-in knows no such deed.');
  }
}
