import type { ClockFollower } from '../../processes/advance-clock.ts';
import type { SandboxControl } from './control.ts';

/**
 * Moves the clock of the payment stand-in with the tenant's, and delivers its webhooks at once when asked.
 *
 * @param accountOf the tenant's account at the stand-in; null while it has none, then there is nothing to move
 */
export function sandboxClockFollower(
  control: SandboxControl,
  accountOf: (tenantId: number) => Promise<string | null>,
): ClockFollower {
  return {
    async moveTo(tenantId, at) {
      const account = await accountOf(tenantId);
      if (account !== null) await control.setClock(account, at);
    },
    async settle(tenantId) {
      const account = await accountOf(tenantId);
      return account === null ? 0 : (await control.drain(account)).delivered;
    },
  };
}
