alter table repo add column gated varchar(10) not null default '' check (gated in ('', 'auto', 'manual'));
alter table repo add column discussions_disabled boolean not null default false;
alter table repo add column disabled boolean not null default false;

create table access_request (
  id         bigint generated always as identity primary key,
  repo_id    bigint not null references repo on delete cascade,
  account_id bigint not null references account on delete cascade,
  status     varchar(10) not null check (status in ('PENDING', 'ACCEPTED', 'REJECTED')),
  fields     text not null default '{}',
  reason     varchar(200),
  granted    boolean not null default false,
  created_at timestamp(3) with time zone not null,
  unique (repo_id, account_id)
);
create index access_request_status on access_request (repo_id, status, id);

create table discussion (
  id           bigint generated always as identity primary key,
  repo_id      bigint not null references repo on delete cascade,
  num          integer not null,
  title        varchar(200) not null,
  account_id   bigint references account on delete set null,
  status       varchar(10) not null check (status in ('DRAFT', 'OPEN', 'CLOSED', 'MERGED')),
  pull_request boolean not null,
  base         varchar(40),
  merge_commit varchar(40),
  created_at   timestamp(3) with time zone not null,
  unique (repo_id, num)
);

create table discussion_event (
  id            bigint generated always as identity primary key,
  discussion_id bigint not null references discussion on delete cascade,
  kind          varchar(10) not null check (kind in ('COMMENT', 'STATUS', 'COMMIT', 'TITLE')),
  account_id    bigint references account on delete set null,
  text          text not null,
  detail        varchar(500) not null default '',
  hidden        boolean not null default false,
  created_at    timestamp(3) with time zone not null,
  updated_at    timestamp(3) with time zone not null
);
create index discussion_event_discussion on discussion_event (discussion_id, id);

create table comment_version (
  id         bigint generated always as identity primary key,
  event_id   bigint not null references discussion_event on delete cascade,
  text       text not null,
  created_at timestamp(3) with time zone not null
);
create index comment_version_event on comment_version (event_id, id);
