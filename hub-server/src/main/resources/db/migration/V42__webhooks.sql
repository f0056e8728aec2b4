create table webhook (
  id         bigint generated always as identity primary key,
  account_id bigint not null references account on delete cascade,
  url        varchar(2000) not null,
  domains    varchar(100) not null,
  secret     bytea,
  disabled   boolean not null default false,
  created_at timestamp(3) with time zone not null
);
create index webhook_account on webhook (account_id);

create table webhook_watch (
  id         bigint generated always as identity primary key,
  webhook_id bigint not null references webhook on delete cascade,
  type       varchar(10) not null,
  name       varchar(200) not null
);
create index webhook_watch_name on webhook_watch (lower(name));
create index webhook_watch_webhook on webhook_watch (webhook_id);

create table webhook_delivery (
  id         bigint generated always as identity primary key,
  webhook_id bigint not null references webhook on delete cascade,
  event      varchar(60) not null,
  payload    text not null,
  status     varchar(10) not null check (status in ('PENDING', 'SENT', 'FAILED')),
  attempts   integer not null default 0,
  outcome    varchar(300) not null default '',
  next_at    timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null
);
create index webhook_delivery_due on webhook_delivery (next_at) where status = 'PENDING';
create index webhook_delivery_webhook on webhook_delivery (webhook_id, id desc);

create table event_outbox (
  id      bigint generated always as identity primary key,
  key     varchar(200) not null,
  payload text not null
);
