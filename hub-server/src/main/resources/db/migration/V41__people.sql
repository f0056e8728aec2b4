alter table account add column email varchar(200) not null default '';
alter table account add column password varchar(300);
alter table account add column subject varchar(500) unique;

alter table api_token add column last_used_at timestamp(3) with time zone;
alter table api_token add column places text not null default '';

alter table member add column role varchar(10) not null default 'WRITE' check (role in ('READ', 'WRITE', 'ADMIN'));
update member set role = 'ADMIN' where id in (select min(id) from member group by lower(namespace));

create table organization (
  id         bigint generated always as identity primary key,
  name       varchar(96) not null,
  fullname   varchar(200) not null default '',
  details    varchar(500) not null default '',
  created_at timestamp(3) with time zone not null
);
create unique index organization_name on organization (lower(name));
insert into organization (name, created_at)
  select distinct on (lower(namespace)) namespace, now() from member order by lower(namespace), id;

create table web_session (
  id         bigint generated always as identity primary key,
  hash       bytea not null unique,
  account_id bigint not null references account on delete cascade,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null
);
create index web_session_account on web_session (account_id);
