-- Rules know the entry of the file of clouds that they come from, the record binds what it tells of, and whoever
-- wrote on something is told by what was voted before.

-- What was configured of a cloud when its rule was agreed, as JSON, and the hash of that. Another entry is a new
-- version.
alter table rules add column entry text not null default '';
alter table rules add column hash text not null default '';

-- The hash of the row that an act wrote. The link of a row that has one covers it.
alter table audit add column bound text;

-- Revisions whose approval still held when the next one of their intent was submitted.
drop table approvals;

create table held_approvals (
    cloud text not null,
    revision integer not null,
    at integer not null,
    primary key (cloud, revision),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

create trigger held_approvals_are_never_changed before update on held_approvals
begin
    select raise(abort, 'approvals are never changed');
end;

create trigger held_approvals_are_never_removed before delete on held_approvals
begin
    select raise(abort, 'approvals are never removed');
end;

-- The last vote, on anything, before somebody saved a draft for the first time. Times may be equal, numbers are not.
alter table draft_saves add column votes_before integer not null default 0;
update draft_saves
set votes_before = coalesce((select max(seq) from votes where votes.at < draft_saves.first), 0);

create trigger writers_are_never_changed before update on draft_saves
when new.draft <> old.draft or new.person <> old.person or new.first <> old.first or new.last < old.last
    or new.votes_before <> old.votes_before
    or exists (select 1 from drafts where id = old.draft and revision is not null)
begin
    select raise(abort, 'writers are never changed');
end;

create trigger writers_are_never_removed before delete on draft_saves
begin
    select raise(abort, 'writers are never removed');
end;

create trigger writers_are_never_added_late before insert on draft_saves
when exists (select 1 from drafts where id = new.draft and revision is not null)
begin
    select raise(abort, 'writers are never added to a draft that was submitted');
end;

create trigger submitted_drafts_are_never_changed before update on drafts
when old.revision is not null
begin
    select raise(abort, 'submitted drafts are never changed');
end;

create trigger beginnings_are_never_changed before update on drafts
when new.id <> old.id or new.cloud <> old.cloud or new.base is not old.base or new.began <> old.began
    or new.began_by <> old.began_by
begin
    select raise(abort, 'beginnings of drafts are never changed');
end;

create trigger drafts_are_never_removed before delete on drafts
begin
    select raise(abort, 'drafts are never removed');
end;

create trigger submitted_intents_are_never_changed before update on draft_intents
when new.draft <> old.draft or (old.intent is not null and new.intent is not old.intent)
    or exists (select 1 from drafts where id = old.draft and revision is not null)
begin
    select raise(abort, 'intents of submitted drafts are never changed');
end;

create trigger intents_are_never_added_late before insert on draft_intents
when exists (select 1 from drafts where id = new.draft and revision is not null)
begin
    select raise(abort, 'intents are never added to a draft that was submitted');
end;

create trigger draft_intents_are_never_removed before delete on draft_intents
begin
    select raise(abort, 'intents of drafts are never removed');
end;
