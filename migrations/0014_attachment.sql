-- Documents of the archive: what is attached to a record, every version of it, and what can be read in them.
-- Distributed by city. Contents lie in the folder of files under their SHA-256.

create table attachment (
  city text not null,
  id uuid not null,
  town text not null,
  -- the enterprise's supervised sector: grants may be limited to sectors
  sector text not null,
  enterprise uuid not null,
  record uuid not null,
  name text not null,
  -- the version that counts
  number bigint not null,
  state text not null check (state in ('live', 'removed')),
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index attachment_record on attachment (city, record, id);
create index attachment_enterprise on attachment (city, enterprise, id);

-- Versions are never changed and never removed.
create table attachment_version (
  city text not null,
  attachment uuid not null,
  number bigint not null,
  hash text not null,
  -- bytes
  size bigint not null,
  kind text not null check (kind in ('pdf', 'png', 'jpg', 'xlsx', 'docx')),
  -- the name that the file had
  name text not null,
  note text,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, attachment, number)
);
create index attachment_version_hash on attachment_version (hash);

-- What can be read in a content, for the search box; made by a job.
create table attachment_text (
  city text not null,
  hash text not null,
  text text not null,
  created_at timestamptz not null,
  primary key (city, hash)
);
