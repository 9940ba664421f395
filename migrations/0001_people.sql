-- People, what they were given, how they come in, and the record of what was done.

create table people (
    id integer primary key,
    -- As it is shown, and as it is compared (NFKC, lower case).
    name text not null,
    key text not null unique,
    -- An argon2id hash; null where nobody signs in by password.
    password text,
    disabled integer not null default 0,
    created integer not null
) strict;

-- A right once taken away is gone: the row is deleted.
create table grants (
    person integer not null references people (id),
    role text not null check (role in ('viewer', 'author', 'reviewer', 'operator', 'administrator')),
    -- Empty for the installation.
    cloud text not null,
    since integer not null,
    primary key (person, role, cloud),
    check ((role = 'administrator') = (cloud = ''))
) strict;

-- One-time links. The key is the SHA-256 of the token, so the file holds no link that works.
create table links (
    key blob primary key,
    expires integer not null,
    used integer
) strict;

-- Sessions. The key is the SHA-256 of the id, so a stolen file holds no session that works.
create table sessions (
    key blob primary key,
    person integer not null references people (id),
    data text not null,
    began integer not null,
    seen integer not null,
    -- Idle until, and over at, whatever happens.
    expires integer not null,
    ends integer not null
) strict;

create index sessions_by_person on sessions (person);

-- What was done. Only ever added to; each row carries the hash of the one before it.
create table audit (
    seq integer primary key,
    at integer not null,
    person integer references people (id),
    name text not null,
    verb text not null,
    about text not null,
    address text not null,
    request text not null,
    link blob not null
) strict;

create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'audit rows are never changed');
end;

create trigger audit_is_never_removed before delete on audit
begin
    select raise(abort, 'audit rows are never removed');
end;

-- One row: which start of the process this is. A process that finds a higher number has lost its place.
create table instance (
    one integer primary key check (one = 1),
    fence integer not null
) strict;

insert into instance (one, fence) values (1, 0);
