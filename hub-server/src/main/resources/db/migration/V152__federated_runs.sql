-- A role that writes, and reports how federated runs go.
alter table api_token drop constraint api_token_role_check;
alter table api_token add constraint api_token_role_check
  check (role in ('READ', 'WRITE', 'ADMIN', 'PROVE', 'COORDINATE'));

-- Runs that were declared public, as their coordinators last told. Whoever changes a row takes the next
-- number under the lock of the counter, so numbers become visible in their order.
create table federated_run_counter (
  number bigint not null
);
insert into federated_run_counter values (0);

create table federated_run (
  id          bigint generated always as identity primary key,
  federation  varchar(32) not null,
  run         varchar(32) not null,
  account_id  bigint not null,
  change      bigint not null unique,
  report      text not null,
  repo        varchar(200),
  declared_at timestamp(3) with time zone not null,
  ended_at    timestamp(3) with time zone,
  updated_at  timestamp(3) with time zone not null,
  heard_at    timestamp(3) with time zone not null,
  stale       boolean not null default false,
  unique (federation, run)
);
create index federated_run_order on federated_run ((ended_at is null) desc, declared_at desc, id desc);
create index federated_run_silent on federated_run (heard_at) where ended_at is null and not stale;
