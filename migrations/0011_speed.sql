-- An entry of the search box is found by its text as soon as it is written, and put into the index of terms in batches soon after: a bulk
-- load does not wait for the index. On SQLite its number follows the ones before, so that the index grows at its end.
alter table search_entry add column indexed boolean not null default true;
create index search_entry_pending on search_entry (city, kind, id) where not indexed;
drop index search_entry_number;

-- New records of a judged file as they will be written, so that committing is a handful of statements over all rows. Local; emptied once
-- the file is committed. Only columns that a file can fill; `number` is the row of the file.
create table import_record (
  city text not null,
  import_id uuid not null,
  number bigint not null,
  id uuid not null,
  town text not null,
  name text not null,
  name_key text not null,
  former_names text not null,
  credit_code text,
  old_code text,
  organization_code text,
  registration_type text,
  ownership text not null check (ownership in ('public', 'non_public')),
  ownership_basis text not null check (ownership_basis in ('stated', 'inferred', 'assumed')),
  ownership_reason text not null,
  industry text,
  industry_edition text,
  industry_basis text check (industry_basis in ('stated', 'inferred')),
  industry_reason text,
  sector text not null,
  scope text,
  capital bigint,
  currency text,
  founded_on date,
  staff bigint,
  legal_person text,
  legal_person_phone text,
  principal text,
  principal_phone text,
  safety_head text,
  safety_head_phone text,
  registered_address text,
  address text,
  address_key text not null,
  longitude double precision,
  latitude double precision,
  grid text,
  status text not null check (status in ('pending', 'normal', 'suspended', 'moved_out', 'deregistered', 'revoked', 'no_premises', 'merged')),
  assignment text not null check (assignment in ('certain', 'proposed', 'open')),
  assignment_reason text not null,
  suggestions jsonb not null,
  original jsonb not null,
  -- what the trail will say of it
  trail jsonb not null,
  -- its entry of the search box
  subtitle text not null,
  body text not null,
  initials text not null,
  pinyin text not null,
  primary key (city, import_id, number)
);

-- Every order that lists offer, in a town, in a city and beyond, is that of an index; the last column spares reading rows outside the scope.
drop index enterprise_updated;
create index enterprise_updated on enterprise (city, updated_at, id, town);
drop index enterprise_name_sort;
create index enterprise_name_sort on enterprise (city, name, id, town);
create index enterprise_town_updated on enterprise (city, town, updated_at, id);
create index enterprise_latest on enterprise (updated_at, id, city);
create index enterprise_by_name on enterprise (name, id, city);
create index enterprise_code on enterprise (credit_code) where credit_code is not null;
create index enterprise_former_code on enterprise (old_code) where old_code is not null;
drop index enterprise_import;
create index enterprise_import on enterprise (city, import_id, updated_at, id) where import_id is not null;

-- The summary of a region is found from the one above it.
delete from enterprise_summary;
alter table enterprise_summary add column parent text not null default '';
create index enterprise_summary_parent on enterprise_summary (parent, dimension, region);
