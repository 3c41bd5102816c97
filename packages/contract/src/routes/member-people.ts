import { byId, memberRoute } from '../build.ts';
import { listOf } from '../common.ts';
import {
  acceptMemberInvitation,
  inviteMember,
  member,
  memberInvitation,
  myCustomer,
} from '../schemas/portal-people.ts';

const reads = { kind: 'query' } as const;
const writes = { kind: 'command' } as const;

export const myPeopleRoutes = byId([
  memberRoute('listMyMembers', 'GET /members', {
    ...reads,
    response: listOf(member),
    errors: ['customer.not_found'],
    summary: 'Lists the people of the customer.',
  }),
  memberRoute('inviteMember', 'POST /members/invitations', {
    ...writes,
    body: inviteMember,
    response: memberInvitation,
    status: 201,
    errors: ['member.already_exists', 'invitation.already_exists', 'customer.not_found'],
    summary: 'Invites a person by mail.',
    example: { email: 'grace@example.com', role: 'manager' },
  }),
  memberRoute('acceptMemberInvitation', 'POST /members/invitations/accept', {
    ...writes,
    body: acceptMemberInvitation,
    response: myCustomer,
    idempotency: 'exempt',
    errors: ['invitation.not_found', 'invitation.expired', 'member.already_exists'],
    summary: 'Joins the customer that the invitation names.',
    example: { token: 'mi_0123456789abcdef' },
  }),
]);
