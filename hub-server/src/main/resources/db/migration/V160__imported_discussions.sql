-- Who spoke elsewhere, in discussions that came with a repository: a name, and no account here.
alter table discussion add column author varchar(96);
alter table discussion_event add column author varchar(96);
