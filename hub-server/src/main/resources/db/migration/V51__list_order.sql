-- The orders in which lists are asked for.
create index repo_downloads on repo (downloads desc, id desc);
create index repo_created on repo (created_at desc, id desc);

-- Parts of names and tags. Without the extension, or the right to create it, searches read all rows.
do $$ begin
  create extension if not exists pg_trgm;
  create index repo_words on repo using gin (lower(namespace || '/' || name) gin_trgm_ops);
  create index repo_tag_words on repo_tag using gin (lower(tag) gin_trgm_ops);
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise notice 'pg_trgm cannot be used: %', sqlerrm;
end $$;
