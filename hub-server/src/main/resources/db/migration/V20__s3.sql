create table token_secret (
  token_id bigint primary key references api_token on delete cascade,
  sealed   bytea not null
);

create table s3_upload (
  id         varchar(64) primary key,
  account_id bigint not null references account on delete cascade,
  namespace  varchar(96) not null,
  name       varchar(96) not null,
  revision   varchar(300) not null,
  path       varchar(1024) not null,
  created_at timestamp(3) with time zone not null,
  touched_at timestamp(3) with time zone not null,
  etag       varchar(64),
  version    varchar(40)
);
create index s3_upload_namespace on s3_upload (namespace, name, path);
create index s3_upload_touched on s3_upload (touched_at);

create table s3_part (
  upload_id varchar(64) not null references s3_upload on delete cascade,
  number    integer not null,
  sha256    varchar(64) not null,
  size      bigint not null,
  stored_at timestamp(3) with time zone not null,
  primary key (upload_id, number)
);

create index change_path on change (path, commit_id);
