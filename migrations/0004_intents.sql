-- Intents being written, the revisions that were made of them, and what reviewers say to these.

-- The name of this installation, by which its objects are told from those of another. It is in their labels and in
-- the hash at the end of their names, so it never changes.
alter table instance add column installation text not null default '';
update instance set installation = case when demo then 'demo' else lower(hex(randomblob(8))) end;

-- What a cloud asks of its revisions. A change is a new row.
create table rules (
    cloud text not null,
    version integer not null check (version >= 1),
    approvals integer not null check (approvals >= 1),
    since integer not null,
    primary key (cloud, version)
) strict;

-- An intent keeps its number and its name through all its revisions.
create table intents (
    id integer primary key,
    cloud text not null,
    name text not null,
    created integer not null,
    unique (cloud, name)
) strict;

create table drafts (
    id integer primary key,
    cloud text not null,
    -- The revision it goes on from.
    base integer,
    -- Goes up by one with each save; whoever saves names the version that they saw.
    version integer not null default 0,
    began integer not null,
    began_by integer not null references people (id),
    saved integer not null,
    saved_by integer not null references people (id),
    -- When it was discarded; null again when it is restored.
    discarded integer,
    -- The revision that was made of it.
    revision integer,
    foreign key (cloud, base) references revisions (cloud, number),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

create index drafts_by_cloud on drafts (cloud, saved);

create table draft_intents (
    draft integer not null references drafts (id),
    place integer not null,
    -- Null until a revision makes it.
    intent integer references intents (id),
    name text not null,
    kind text not null,
    -- What was typed, as JSON.
    form text not null,
    -- Whether its draft is neither discarded nor submitted.
    open integer not null default 1 check (open in (0, 1)),
    primary key (draft, place)
) strict;

create index draft_intents_by_intent on draft_intents (intent);
create unique index one_open_draft_of_an_intent on draft_intents (intent) where open = 1;

-- Whoever saved a draft. They have no vote on what comes of it.
create table draft_saves (
    draft integer not null references drafts (id),
    person integer not null references people (id),
    first integer not null,
    last integer not null,
    primary key (draft, person)
) strict;

-- Revisions, sealed. What is to become of a site is kept by the hash of its bytes.
create table revisions (
    cloud text not null,
    number integer not null,
    draft integer not null unique references drafts (id),
    digest text not null unique,
    -- The revision as JSON, without its bundles.
    sealed text not null,
    at integer not null,
    primary key (cloud, number)
) strict;

create table revision_intents (
    cloud text not null,
    revision integer not null,
    intent integer not null references intents (id),
    version integer not null,
    primary key (cloud, revision, intent),
    unique (intent, version),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

create table bundles (
    hash text primary key,
    bytes text not null
) strict;

create table revision_bundles (
    cloud text not null,
    revision integer not null,
    place integer not null,
    hash text not null references bundles (hash),
    primary key (cloud, revision, place),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

-- Votes: whoever votes again adds a row.
create table votes (
    seq integer primary key,
    cloud text not null,
    revision integer not null,
    person integer not null references people (id),
    name text not null,
    ballot text not null check (ballot in ('approve', 'request_changes')),
    comment text not null,
    -- What was shown: the digest, the rule, and the base as JSON.
    digest text not null,
    rule integer not null,
    approvals integer not null,
    base text not null,
    -- When they last showed who they are.
    proved integer not null,
    at integer not null,
    foreign key (cloud, revision) references revisions (cloud, number),
    foreign key (cloud, rule) references rules (cloud, version)
) strict;

create index votes_by_revision on votes (cloud, revision);

-- Revisions that had the approvals they needed, and when that was so first.
create table approvals (
    cloud text not null,
    revision integer not null,
    at integer not null,
    primary key (cloud, revision),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

create table recalls (
    cloud text not null,
    revision integer not null,
    at integer not null,
    person integer not null references people (id),
    primary key (cloud, revision),
    foreign key (cloud, revision) references revisions (cloud, number)
) strict;

-- Acts of a cloud and of a revision. The link of a row that has either covers it.
alter table audit add column cloud text;
alter table audit add column digest text;

create index audit_by_cloud on audit (cloud, seq);
create index audit_by_digest on audit (digest, seq);
