-- The words of a card, and the genes of a model, as searches find them.
create table repo_text (
  repo_id  bigint primary key references repo on delete cascade,
  document tsvector not null
);
create index repo_text_document on repo_text using gin (document);

insert into repo_text (repo_id, document) select id, to_tsvector('english', excerpt) from repo;

create sequence gene_change;
create table model_genes (
  repo_id bigint primary key references repo on delete cascade,
  commit  varchar(40) not null,
  genes   bigint[] not null,
  changed bigint not null default nextval('gene_change')
);
create index model_genes_changed on model_genes (changed);

-- Downloads by commit and day. Nobody's address is kept.
create table download_count (
  repo_id bigint not null references repo on delete cascade,
  commit  varchar(40) not null,
  day     date not null,
  count   bigint not null,
  primary key (repo_id, commit, day)
);
