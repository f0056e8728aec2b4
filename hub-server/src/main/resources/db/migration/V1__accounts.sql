create table account (
  id         bigint generated always as identity primary key,
  name       varchar(96) not null,
  fullname   varchar(200) not null default '',
  admin      boolean not null default false,
  created_at timestamp(3) with time zone not null
);
create unique index account_name on account (lower(name));

create table api_token (
  id         bigint generated always as identity primary key,
  account_id bigint not null references account on delete cascade,
  label      varchar(100) not null,
  role       varchar(10) not null check (role in ('READ', 'WRITE', 'ADMIN')),
  hash       bytea not null unique,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone
);
create index api_token_account on api_token (account_id);

create table member (
  id         bigint generated always as identity primary key,
  namespace  varchar(96) not null,
  account_id bigint not null references account on delete cascade,
  unique (namespace, account_id)
);

create table audit_event (
  id         bigint generated always as identity primary key,
  at         timestamp(3) with time zone not null,
  account_id bigint,
  action     varchar(40) not null,
  subject    varchar(300) not null,
  detail     varchar(500) not null
);
