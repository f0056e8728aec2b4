-- A role that reads and reports proofs, and does nothing else.
alter table api_token drop constraint api_token_role_check;
alter table api_token add constraint api_token_role_check check (role in ('READ', 'WRITE', 'ADMIN', 'PROVE'));

-- What an agent found out that ran the model itself. The newest report on a commit counts.
create table native_proof (
  repo_id     bigint not null references repo on delete cascade,
  commit      varchar(40) not null,
  outcome     varchar(10) not null check (outcome in ('PROVED', 'FAILED', 'SKIPPED')),
  summary     varchar(500) not null,
  files       text not null,
  software    text not null,
  comparisons text not null,
  agent       varchar(96) not null,
  at          timestamp(3) with time zone not null,
  primary key (repo_id, commit)
);
