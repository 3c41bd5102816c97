-- Purpose: money that cannot go back the way it came, such as to a card that was closed, is transferred by a person.
-- Lock risk: short exclusive locks on refunds and approvals; no row is read or written.
set local lock_timeout = '5s';

-- Whether a person sends it from the seller's bank, whoever took the payment.
alter table refunds add column by_transfer boolean not null default false;
alter table approvals add column by_transfer boolean not null default false;
