-- Terms of ontologies, and what a model's tags mean by them.
create table ontology_term (
  id     varchar(60) primary key,
  name   varchar(300) not null,
  source varchar(100) not null
);
create index ontology_term_source on ontology_term (source);

-- What a term is called, in lower case: its id, its name, its exact synonyms.
create table ontology_label (
  label varchar(300) not null,
  term  varchar(60) not null references ontology_term on delete cascade,
  primary key (label, term)
);
create index ontology_label_term on ontology_label (term);

-- is_a and part_of. A parent may be of another ontology, or not be known yet.
create table ontology_parent (
  term   varchar(60) not null references ontology_term on delete cascade,
  parent varchar(60) not null,
  primary key (term, parent)
);

-- The closure, kept for tags in use only: a few hundred tags, where whole ontologies have millions of
-- pairs. `own` marks the terms that a tag names itself.
create table tag_ancestor (
  facet    varchar(100) not null,
  ancestor varchar(60) not null,
  tag      varchar(300) not null,
  own      boolean not null,
  primary key (facet, ancestor, tag)
);
create index tag_ancestor_tag on tag_ancestor (tag);

create function explain_tag(facet text, tag text) returns void language sql as $$
  insert into tag_ancestor (facet, ancestor, tag, own)
  with recursive up (term, own) as (
    select l.term, true from ontology_label l
      where l.label = lower(substr(explain_tag.tag, strpos(explain_tag.tag, ':') + 1))
    union
    select p.parent, false from up join ontology_parent p on p.term = up.term)
  select explain_tag.facet, up.term, explain_tag.tag, bool_or(up.own) from up group by up.term
  on conflict do nothing
$$;

create function explain_new_tag() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from tag_ancestor a where a.tag = new.tag) then
    perform explain_tag(new.facet, new.tag);
  end if;
  return new;
end $$;
create trigger tag_is_explained after insert on repo_tag for each row
  when (new.facet in ('tissue', 'cell_type', 'disease', 'assay', 'organism'))
  execute function explain_new_tag();
