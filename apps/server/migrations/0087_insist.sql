-- A transaction whose statements are all sent before the answer to the first of them takes much for granted. What it takes for
-- granted it says with this: where it is wrong the transaction ends, with COMMIT already behind it.
create function app.insist(holds boolean, what text) returns boolean language plpgsql as $$
begin
  if holds is not true then
    raise exception 'not as it was seen: %', what using errcode = 'BH001';
  end if;
  return true;
end $$;
