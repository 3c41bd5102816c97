import { refusal } from './kind.ts';

/** Operators, keys, tenants, members, files, mail. */
export const peopleErrors = {
  'api_key.not_found': refusal(404, 'There is no such API key', 'List the keys; a revoked one stays listed.'),
  'operator.not_found': refusal(404, 'There is no such operator', 'List the operators of the organization.'),
  'operator.already_exists': refusal(
    409,
    'This person already belongs to the organization',
    'Change the role instead of inviting again.',
  ),
  'operator.last_owner': refusal(409, 'The last owner must stay', 'Make someone else an owner first.'),
  'invitation.not_found': refusal(
    404,
    'There is no such invitation',
    'It may have been revoked or accepted; ask for a new one.',
  ),
  'invitation.expired': refusal(409, 'The invitation has run out', 'Ask for a new one.'),
  'invitation.already_exists': refusal(
    409,
    'This address is already invited',
    'Revoke the open invitation first.',
  ),
  'tenant.not_found': refusal(
    404,
    'There is no such tenant',
    'Name one of your tenants in the header Billhook-Tenant.',
  ),
  'tenant.already_exists': refusal(409, 'This slug is taken', 'Choose another slug.'),
  'member.already_exists': refusal(409, 'This person is already a member', 'Nothing needs to be done.'),
  'file.not_found': refusal(404, 'There is no such file', 'It may have been deleted.'),
  'file.type_not_allowed': refusal(
    422,
    'This type of file is not taken',
    'Send PNG, JPEG, WebP, GIF, PDF, CSV or plain text; the content decides, not the name.',
  ),
  'file.too_large': refusal(413, 'The file is too large', 'Send a smaller file.'),
  'file.quota_exceeded': refusal(
    409,
    'The storage quota is used up',
    'Delete files or raise the quota in the settings.',
  ),
  'file.in_use': refusal(
    409,
    'The file is in use',
    'A document of record, such as an issued invoice, cannot be deleted.',
  ),
  'file.link_invalid': refusal(
    403,
    'The link is not valid any more',
    'Ask for a new link; each one works for a short time.',
  ),
  'mailbox.not_found': refusal(404, 'There is no such message', 'List the mailbox; only a sandbox has one.'),
};
