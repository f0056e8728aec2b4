create table fed_blob (
  id         bigint generated always as identity primary key,
  federation varchar(96) not null,
  sha256     varchar(64) not null,
  size       bigint not null,
  account_id bigint not null,
  created_at timestamp(3) with time zone not null,
  unique (federation, sha256)
);
