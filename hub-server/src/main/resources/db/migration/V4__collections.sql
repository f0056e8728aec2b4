create table collection (
  id          bigint generated always as identity primary key,
  namespace   varchar(96) not null,
  slug        varchar(200) not null,
  title       varchar(200) not null,
  description varchar(500) not null default '',
  updated_at  timestamp(3) with time zone not null,
  open        boolean not null default false,
  unique (namespace, slug)
);

create table collection_item (
  id            bigint generated always as identity primary key,
  collection_id bigint not null references collection on delete cascade,
  repo_id       bigint not null references repo on delete cascade,
  note          varchar(500),
  unique (collection_id, repo_id)
);

insert into collection (namespace, slug, title, description, updated_at, open) values
  ('scvi-tools', 'test-674f56b9eb86e62d57eac5cf', 'Test', '', '2025-01-01T00:00:00Z', true),
  ('scvi-tools', 'scanvi-673c3a4aabddf849496e9079', 'SCANVI', '', '2025-01-01T00:00:00Z', true),
  ('scvi-tools', 'destvi-673c3dbf537347953810a215', 'DestVI', '', '2025-01-01T00:00:00Z', true),
  ('scvi-tools', 'scvi-673c2c0f2bf4163ef14d018d', 'SCVI', '', '2025-01-01T00:00:00Z', true),
  ('scvi-tools', 'totalvi-673c3d67e2882005a1d180c1', 'TOTALVI', '', '2025-01-01T00:00:00Z', true),
  ('scvi-tools', 'stereoscope-673c3ddcf1f9f7542b8819d6', 'Stereoscope', '', '2025-01-01T00:00:00Z', true);
