-- Invitations by one-time links, and changes to what people may do that wait for a second administrator.
-- Roles are kept as words with blanks between them: "administrator author@shop".

create table invitations (
    id integer primary key,
    -- As it is shown, and as it is compared (NFKC, lower case).
    name text not null,
    key text not null,
    roles text not null,
    -- The SHA-256 of the token, so the file holds no link that works.
    token blob not null unique,
    invited_by integer not null references people (id),
    invited integer not null,
    expires integer not null,
    -- When it was used or taken back.
    ended integer
) strict;

create index invitations_by_key on invitations (key);

create table proposals (
    id integer primary key,
    -- Null where somebody is to be invited.
    person integer references people (id),
    name text not null,
    enabled_before integer not null,
    roles_before text not null,
    enabled_after integer not null,
    roles_after text not null,
    proposed_by integer not null references people (id),
    proposed integer not null,
    -- Null while it waits.
    decided integer
) strict;

-- When somebody was last here.
create index audit_by_person on audit (person, at);
