-- The orders in which lists are asked for.
create index repo_downloads on repo (downloads desc, id desc);
create index repo_created on repo (created_at desc, id desc);
