-- What is checked of each commit. A commit queues its own checks, whoever wrote it and however.
create table check_run (
  id          bigint generated always as identity primary key,
  repo_id     bigint not null references repo on delete cascade,
  commit      varchar(40) not null,
  state       varchar(10) not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'DONE', 'BROKEN')),
  verdict     varchar(10) check (verdict in ('PASSED', 'NOTE', 'WARNING', 'FAILED', 'SKIPPED')),
  attempts    integer not null default 0,
  queued_at   timestamp(3) with time zone not null default now(),
  started_at  timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  unique (repo_id, commit)
);
create index check_run_waiting on check_run (id) where state in ('QUEUED', 'RUNNING');

create table check_result (
  run_id   bigint not null references check_run on delete cascade,
  name     varchar(20) not null,
  verdict  varchar(10) not null,
  summary  varchar(500) not null,
  findings text not null,
  numbers  text not null,
  millis   bigint not null,
  at       timestamp(3) with time zone not null,
  primary key (run_id, name)
);

create function queue_checks() returns trigger language plpgsql as $$
begin
  insert into check_run (repo_id, commit) values (new.repo_id, new.oid) on conflict do nothing;
  return new;
end $$;
create trigger commit_queues_checks after insert on commit
  for each row execute function queue_checks();

insert into check_run (repo_id, commit)
  select r.id, r.head from repo r join commit c on c.repo_id = r.id and c.oid = r.head;

-- What the pickle in a file would make Python import, by content: a file is scanned once.
create table file_scan (
  sha256     varchar(64) primary key,
  policy     integer not null,
  verdict    varchar(10) not null check (verdict in ('ALLOWED', 'UNKNOWN', 'DANGEROUS')),
  findings   text not null,
  problem    varchar(500),
  scanned_at timestamp(3) with time zone not null
);

-- Which weights and genes a model on main has, to find copies under other names.
create table model_print (
  repo_id  bigint primary key references repo on delete cascade,
  commit   varchar(40) not null,
  weights  varchar(64) not null
);
create index model_print_weights on model_print (weights);
