create table repo (
  id           bigint generated always as identity primary key,
  namespace    varchar(96) not null,
  name         varchar(96) not null,
  private      boolean not null,
  created_at   timestamp(3) with time zone not null,
  updated_at   timestamp(3) with time zone not null,
  head         varchar(40) not null,
  downloads    bigint not null default 0,
  used_storage bigint not null default 0,
  library      varchar(200),
  pipeline_tag varchar(200),
  card         text not null default '{}',
  excerpt      text not null default '',
  complete     boolean not null default false
);
create unique index repo_name on repo (lower(namespace), lower(name));
create index repo_updated on repo (updated_at desc, id desc);

create table repo_alias (
  id        bigint generated always as identity primary key,
  namespace varchar(96) not null,
  name      varchar(96) not null,
  repo_id   bigint not null references repo on delete cascade
);
create unique index repo_alias_name on repo_alias (lower(namespace), lower(name));

create table repo_tag (
  id      bigint generated always as identity primary key,
  repo_id bigint not null references repo on delete cascade,
  tag     varchar(300) not null,
  facet   varchar(100) not null,
  number  double precision,
  unique (repo_id, tag)
);
create index repo_tag_tag on repo_tag (tag, repo_id);
create index repo_tag_number on repo_tag (facet, number) where number is not null;

create table blob (
  sha256     varchar(64) primary key,
  size       bigint not null,
  git_oid    varchar(40) not null,
  created_at timestamp(3) with time zone not null
);

create table repo_blob (
  id      bigint generated always as identity primary key,
  repo_id bigint not null references repo on delete cascade,
  sha256  varchar(64) not null references blob,
  unique (repo_id, sha256)
);
create index repo_blob_sha256 on repo_blob (sha256);

create table commit (
  id         bigint generated always as identity primary key,
  repo_id    bigint not null references repo on delete cascade,
  oid        varchar(40) not null,
  tree       varchar(40) not null,
  parent     varchar(40),
  depth      integer not null,
  author     varchar(96) not null,
  title      varchar(500) not null,
  message    text not null,
  created_at timestamp(3) with time zone not null,
  unique (repo_id, oid)
);

create table tree_entry (
  id        bigint generated always as identity primary key,
  repo_id   bigint not null references repo on delete cascade,
  tree      varchar(40) not null,
  path      varchar(1024) collate "C" not null,
  parent    varchar(1024) collate "C" not null,
  directory boolean not null,
  oid       varchar(40) not null,
  sha256    varchar(64),
  size      bigint not null,
  lfs       boolean not null
);
create unique index tree_entry_path on tree_entry (repo_id, tree, path);
create index tree_entry_parent on tree_entry (repo_id, tree, parent, path);

create table change (
  id        bigint generated always as identity primary key,
  commit_id bigint not null references commit on delete cascade,
  path      varchar(1024) not null,
  kind      varchar(10) not null check (kind in ('ADDED', 'CHANGED', 'REMOVED'))
);
create index change_commit on change (commit_id);

create table ref (
  id      bigint generated always as identity primary key,
  repo_id bigint not null references repo on delete cascade,
  name    varchar(300) not null,
  target  varchar(40) not null,
  unique (repo_id, name)
);
