-- Approved revisions carried out: what was ordered and planned, the journal of it, who may write there, and which
-- objects are ours since.

create table rollouts (
    cloud text not null,
    number integer not null,
    revision integer not null,
    -- What was ordered, as JSON.
    ordered text not null,
    -- The steps of each site with what undoes them, and what the ledger held of their objects, as JSON.
    plans text not null,
    owned text not null,
    -- The hash of these two, and of that with what was ordered. The record tells of the latter.
    planned text not null,
    hash text not null,
    at integer not null,
    primary key (cloud, number),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

create index rollouts_by_revision on rollouts (cloud, revision);

-- What the record tells of rollouts is compared with them whenever they are read.
create index audit_of_rollouts on audit (cloud) where verb in ('began_rollout', 'finished_rollout', 'took_back');

-- A row before each request and one after each answer.
create table rollout_journal (
    seq integer primary key,
    cloud text not null,
    rollout integer not null,
    word text not null check (word in ('asked', 'answered', 'looked', 'turned', 'ended')),
    -- Which way a step is taken; null where a row is about the whole.
    direction text check (direction in ('forward', 'back')),
    -- How it ended; null before that.
    outcome text check (outcome in ('applied', 'nothing_to_do', 'taken_back')),
    -- What it says, as JSON.
    note text not null,
    at integer not null,
    check ((direction is null) = (word in ('turned', 'ended'))),
    check ((outcome is null) = (word <> 'ended')),
    foreign key (cloud, rollout) references rollouts (cloud, number)
) strict;

create index rollout_journal_by_rollout on rollout_journal (cloud, rollout, seq);
create unique index a_rollout_turns_once on rollout_journal (cloud, rollout) where word = 'turned';
create unique index a_rollout_ends_once on rollout_journal (cloud, rollout) where word = 'ended';

-- One rollout at a time in a cloud. Whoever writes the journal names the fence that they were given; it goes up
-- whenever somebody else takes over.
create table leases (
    cloud text primary key,
    -- Null while none is under way.
    rollout integer,
    fence integer not null,
    foreign key (cloud, rollout) references rollouts (cloud, number)
) strict;

-- Objects that are ours, as they were applied last. Changed together with the row of the journal that tells of it.
create table ledger (
    cloud text not null,
    site text not null,
    kind text not null,
    namespace text not null,
    name text not null,
    uid text not null,
    intent integer not null references intents (id),
    revision integer not null,
    -- The hash of its spec.
    spec text not null,
    primary key (cloud, site, kind, namespace, name),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

-- The revision of each intent that is in force: that of the last rollout which was not taken back.
create view in_force as
select rollouts.cloud, revision_intents.intent, rollouts.revision, max(rollouts.number) as rollout
from rollouts
join rollout_journal as ended
    on ended.cloud = rollouts.cloud and ended.rollout = rollouts.number
        and ended.word = 'ended' and ended.outcome <> 'taken_back'
join revision_intents
    on revision_intents.cloud = rollouts.cloud and revision_intents.revision = rollouts.revision
group by rollouts.cloud, revision_intents.intent;

create trigger rollouts_are_never_changed before update on rollouts
begin
    select raise(abort, 'rollouts are never changed');
end;

create trigger rollouts_are_never_removed before delete on rollouts
begin
    select raise(abort, 'rollouts are never removed');
end;

create trigger notes_are_never_changed before update on rollout_journal
begin
    select raise(abort, 'notes of a rollout are never changed');
end;

create trigger notes_are_never_removed before delete on rollout_journal
begin
    select raise(abort, 'notes of a rollout are never removed');
end;

create trigger nothing_follows_an_end before insert on rollout_journal
when exists (
    select 1
    from rollout_journal
    where cloud = new.cloud and rollout = new.rollout and word = 'ended')
begin
    select raise(abort, 'rollouts that ended are never taken up again');
end;

create trigger nothing_goes_forward_after_the_turn before insert on rollout_journal
when new.word = 'asked' and new.direction = 'forward' and exists (
    select 1
    from rollout_journal
    where cloud = new.cloud and rollout = new.rollout and word = 'turned')
begin
    select raise(abort, 'rollouts that are taken back are never continued');
end;

create trigger leases_are_never_removed before delete on leases
begin
    select raise(abort, 'leases are never removed');
end;

create trigger fences_never_go_back before update on leases
when new.fence < old.fence
begin
    select raise(abort, 'fences are never set back');
end;
