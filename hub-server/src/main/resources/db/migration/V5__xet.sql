create table xet_xorb (
  hash         varchar(64) primary key,
  sha256       varchar(64) not null,
  size         bigint not null,
  chunks       integer not null,
  unpacked     bigint not null,
  created_at   timestamp(3) with time zone not null,
  mentioned_at timestamp(3) with time zone not null
);
create index xet_xorb_mentioned on xet_xorb (mentioned_at);

create table xet_sender (
  xorb       varchar(64) not null references xet_xorb on delete cascade,
  account_id bigint not null references account on delete cascade,
  primary key (xorb, account_id)
);

create table xet_use (
  xorb    varchar(64) not null references xet_xorb on delete cascade,
  repo_id bigint not null references repo on delete cascade,
  primary key (xorb, repo_id)
);
create index xet_use_repo on xet_use (repo_id);
