alter table blob alter column git_oid drop not null;
