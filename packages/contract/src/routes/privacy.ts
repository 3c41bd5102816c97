import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, line, listOf, nothing, obj, paging } from '../common.ts';
import {
  erasure,
  erasurePreview,
  legalHold,
  privacySettings,
  putPrivacySettings,
  requestErasure,
} from '../schemas/privacy.ts';
import { ADMINS, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'privacy:read', roles: MONEY_STAFF } as const;
const acts = { kind: 'command', scope: 'privacy:write', roles: ADMINS } as const;
/** A key may ask; only a person approves. */
const decides = { kind: 'command', access: 'session', roles: ADMINS } as const;
const params = { id: id('cus') };
const ofErasure = { id: id('era') };

export const privacyRoutes = byId([
  operatorRoute('previewErasure', 'GET /customers/{id}/erasure', {
    ...reads,
    params,
    response: erasurePreview,
    errors: ['customer.not_found'],
    summary: 'Shows what would go and what would stay if a customer were erased, and what stands in the way.',
  }),
  operatorRoute('requestErasure', 'POST /customers/{id}/erasure', {
    ...acts,
    params,
    body: requestErasure,
    response: erasure,
    status: 201,
    errors: ['customer.not_found', 'erasure.not_possible', 'erasure.not_as_seen'],
    summary: 'Erases a customer as it was previewed, or asks a second person for it.',
    example: { token: '1767225600000.3f9c', reason: 'Asked for by the customer on 3 March' },
  }),
  operatorRoute('listErasures', 'GET /erasures', {
    ...reads,
    query: obj(paging),
    response: listOf(erasure),
    summary: 'Lists erasures, newest first.',
  }),
  operatorRoute('getErasure', 'GET /erasures/{id}', {
    ...reads,
    params: ofErasure,
    response: erasure,
    errors: ['erasure.not_found'],
    summary: 'Gets an erasure with how far it has come.',
  }),
  operatorRoute('approveErasure', 'POST /erasures/{id}/approve', {
    ...decides,
    params: ofErasure,
    body: nothing,
    response: erasure,
    errors: ['erasure.not_found', 'erasure.not_possible', 'approval.closed', 'approval.own_request'],
    summary: 'Agrees to an erasure that somebody else asked for; it begins at once.',
    example: {},
  }),
  operatorRoute('cancelErasure', 'POST /erasures/{id}/cancel', {
    ...acts,
    params: ofErasure,
    body: nothing,
    response: erasure,
    errors: ['erasure.not_found', 'approval.closed'],
    summary: 'Declines an erasure that waits for a second person, or takes it back.',
    example: {},
  }),
  operatorRoute('placeLegalHold', 'POST /customers/{id}/legal_hold', {
    ...acts,
    params,
    body: obj({ reason: line(500) }),
    response: legalHold,
    status: 201,
    errors: ['customer.not_found', 'erasure.not_possible', 'legal_hold.already_placed'],
    summary: 'Keeps a customer from being erased, as a lawsuit may ask for.',
    example: { reason: 'Lawsuit 12 O 345/26' },
  }),
  operatorRoute('releaseLegalHold', 'POST /customers/{id}/legal_hold/release', {
    ...acts,
    params,
    body: obj({ reason: line(500) }),
    response: obj({ object: Type.Literal('legal_hold_release'), customer: id('cus') }),
    errors: ['customer.not_found', 'legal_hold.not_placed'],
    summary: 'Ends the legal hold of a customer.',
    example: { reason: 'The lawsuit has ended' },
  }),
  operatorRoute('getPrivacySettings', 'GET /privacy_settings', {
    ...reads,
    response: privacySettings,
    summary: 'Gets for how long documents are kept, and whether erasing takes two people.',
  }),
  operatorRoute('putPrivacySettings', 'PUT /privacy_settings', {
    ...acts,
    body: putPrivacySettings,
    response: privacySettings,
    summary: 'Says for how long documents are kept, and whether erasing takes two people.',
    example: { default_years: 10, countries: [{ country: 'DE', years: 8 }], needs_second_person: true },
  }),
]);
