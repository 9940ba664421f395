-- Sessions that cannot outlive what ended them, and databases that know whether they belong to a demo.

-- The act, by its number, that last ended all sessions of a person. A session counts only if its person
-- showed who they are when that act was in the record already.
alter table people add column epoch integer not null default 0;
alter table sessions add column as_of integer not null default 0;

-- A demo lets people in without a password, so its people and grants must never count elsewhere.
alter table instance drop column fence;
alter table instance add column demo integer not null default 0 check (demo in (0, 1));
update instance set demo = exists (select 1 from audit where verb = 'prepared_demo');
