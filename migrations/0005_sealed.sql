-- What is sealed is never changed or removed. A row put in the place of another counts as removing that one, since
-- connections run with recursive_triggers.

create trigger revisions_are_never_changed before update on revisions
begin
    select raise(abort, 'revisions are never changed');
end;

create trigger revisions_are_never_removed before delete on revisions
begin
    select raise(abort, 'revisions are never removed');
end;

create trigger revision_intents_are_never_changed before update on revision_intents
begin
    select raise(abort, 'intents of a revision are never changed');
end;

create trigger revision_intents_are_never_removed before delete on revision_intents
begin
    select raise(abort, 'intents of a revision are never removed');
end;

create trigger bundles_are_never_changed before update on bundles
begin
    select raise(abort, 'bundles are never changed');
end;

create trigger bundles_are_never_removed before delete on bundles
begin
    select raise(abort, 'bundles are never removed');
end;

create trigger revision_bundles_are_never_changed before update on revision_bundles
begin
    select raise(abort, 'bundles of a revision are never changed');
end;

create trigger revision_bundles_are_never_removed before delete on revision_bundles
begin
    select raise(abort, 'bundles of a revision are never removed');
end;

create trigger votes_are_never_changed before update on votes
begin
    select raise(abort, 'votes are never changed');
end;

create trigger votes_are_never_removed before delete on votes
begin
    select raise(abort, 'votes are never removed');
end;

create trigger approvals_are_never_changed before update on approvals
begin
    select raise(abort, 'approvals are never changed');
end;

create trigger approvals_are_never_removed before delete on approvals
begin
    select raise(abort, 'approvals are never removed');
end;

create trigger recalls_are_never_changed before update on recalls
begin
    select raise(abort, 'recalls are never changed');
end;

create trigger recalls_are_never_removed before delete on recalls
begin
    select raise(abort, 'recalls are never removed');
end;

create trigger rules_are_never_changed before update on rules
begin
    select raise(abort, 'rules are never changed');
end;

create trigger rules_are_never_removed before delete on rules
begin
    select raise(abort, 'rules are never removed');
end;
