import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountState, deniedBy, isAbsentSender, isMuteSender, type Refusal } from './behaviour.ts';

/** Who asks, by basic authentication; null where nobody may. */
type WhoAsks = (request: FastifyRequest) => { sid: string; token: string } | null;
type Refuse = (reply: FastifyReply, refusal: Refusal) => FastifyReply;

const DENIED: Refusal = { status: 401, code: 20003, message: 'Authenticate' };
const ABSENT: Refusal = { status: 404, code: 20404, message: 'The requested resource was not found' };

/** What an account is and whom it sends from: the account, its numbers and its messaging services. */
export function registerTwilioAccounts(app: FastifyInstance, whoAsks: WhoAsks, refuse: Refuse): void {
  const reading =
    (answer: (who: { sid: string; token: string }, request: FastifyRequest) => object | Refusal) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const who = whoAsks(request);
      if (who === null) return refuse(reply, DENIED);
      const denied = deniedBy(who.token, 'read');
      if (denied !== undefined) return refuse(reply, denied);
      const found = answer(who, request);
      return 'code' in found ? refuse(reply, found as Refusal) : reply.send(found);
    };

  app.get(
    '/2010-04-01/Accounts/:account.json',
    reading(({ sid, token }) => ({
      sid,
      friendly_name: 'Stand-in',
      ...accountState(token),
      uri: `/2010-04-01/Accounts/${sid}.json`,
    })),
  );

  app.get(
    '/2010-04-01/Accounts/:account/IncomingPhoneNumbers.json',
    reading(({ sid }, request) => {
      const { PhoneNumber: number = '' } = request.query as { PhoneNumber?: string };
      const capabilities = { voice: true, sms: !isMuteSender(number), mms: false, fax: false };
      const own = { account_sid: sid, phone_number: number, capabilities };
      const isThere = /^\+[1-9]\d{6,14}$/.test(number) && !isAbsentSender(number);
      return { incoming_phone_numbers: isThere ? [own] : [], page: 0, page_size: 20, next_page_uri: null };
    }),
  );

  app.get<{ Params: { service: string } }>(
    '/v1/Services/:service',
    reading((_who, request) => {
      const { service } = request.params as { service: string };
      const isThere = /^MG[0-9a-f]{32}$/.test(service) && !/^MG0+$/.test(service);
      return isThere ? { sid: service, friendly_name: 'Stand-in' } : ABSENT;
    }),
  );
}
