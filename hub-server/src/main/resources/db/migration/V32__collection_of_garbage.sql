-- When a repository took content over: what was just taken over may be in no commit yet.
alter table repo_blob add column linked_at timestamp(3) with time zone not null default now();
