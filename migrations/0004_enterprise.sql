-- The register. Distributed by city: every key begins with it.

create table enterprise (
  city text not null,
  id uuid not null,
  -- 9 digits, or the longest prefix that is certain
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
  size text check (size in ('large', 'medium', 'small', 'micro')),
  size_year bigint,
  staff bigint,
  revenue bigint,
  assets bigint,
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
  premises text check (premises in ('owned', 'rented')),
  floor_area bigint,
  parent_name text,
  agency uuid,
  department text,
  officer uuid,
  grid text,
  status text not null check (status in ('pending', 'normal', 'suspended', 'moved_out', 'deregistered', 'revoked', 'no_premises', 'merged')),
  status_on date,
  status_reason text,
  merged_into uuid,
  assignment text not null check (assignment in ('certain', 'proposed', 'open')),
  assignment_reason text not null,
  suggestions jsonb not null,
  verification text not null check (verification in ('verified', 'partly', 'unverified')),
  verified_at timestamptz,
  verified_by uuid,
  verified_by_name text,
  verified_fields jsonb not null,
  source text not null,
  import_id uuid,
  original jsonb,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index enterprise_credit on enterprise (city, credit_code) where credit_code is not null and status <> 'merged';
create index enterprise_old_code on enterprise (city, old_code) where old_code is not null;
create index enterprise_name on enterprise (city, name_key, address_key);
create index enterprise_town on enterprise (city, town, id);
create index enterprise_updated on enterprise (city, updated_at, id);
create index enterprise_name_sort on enterprise (city, name, id);
create index enterprise_assignment on enterprise (city, assignment, town, id);
create index enterprise_import on enterprise (city, import_id) where import_id is not null;

-- Numbers of enterprises at town grain, kept by the application in the writing transaction.
create table enterprise_count (
  city text not null,
  town text not null,
  dimension text not null,
  value text not null,
  number bigint not null,
  primary key (city, town, dimension, value)
);

-- Province and nation read this; a job rebuilds it from enterprise_count.
create table enterprise_summary (
  region text not null,
  dimension text not null,
  value text not null,
  number bigint not null,
  primary key (region, dimension, value)
);

create table import (
  city text not null,
  id uuid not null,
  town text not null,
  file_name text not null,
  file_hash text not null,
  header_hash text not null,
  state text not null check (state in ('uploaded', 'reading', 'preview', 'committing', 'committed', 'failed')),
  columns jsonb not null,
  counts jsonb not null,
  job uuid,
  error jsonb,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index import_made on import (city, created_at);

create table import_row (
  city text not null,
  import_id uuid not null,
  number bigint not null,
  outcome text not null check (outcome in ('new', 'changed', 'unchanged', 'duplicate', 'rejected')),
  town text not null,
  enterprise uuid,
  original jsonb not null,
  parsed jsonb,
  changes jsonb,
  errors jsonb not null,
  primary key (city, import_id, number)
);
create index import_row_outcome on import_row (city, import_id, outcome, number);

-- How the columns of a source were read last time, by the shape of its header.
create table import_source (
  city text not null,
  header_hash text not null,
  columns jsonb not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  primary key (city, header_hash)
);

-- What officers taught the resolver: in that county, a street or estate name means that town.
create table place (
  city text not null,
  id uuid not null,
  town text not null,
  county text not null,
  word text not null,
  taught_by_name text not null,
  used bigint not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index place_word on place (city, county, word);

-- What an enterprise's own account wants changed; the town officer accepts or returns field by field.
create table proposal (
  city text not null,
  id uuid not null,
  town text not null,
  enterprise_id uuid not null,
  state text not null check (state in ('open', 'accepted', 'partly', 'returned')),
  changes jsonb not null,
  decisions jsonb not null,
  note text,
  decided_at timestamptz,
  decided_by uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index proposal_open on proposal (city, state, town, id);
create index proposal_enterprise on proposal (city, enterprise_id, id);

create table saved_view (
  city text not null,
  id uuid not null,
  town text not null,
  page text not null,
  name text not null,
  query jsonb not null,
  columns jsonb not null,
  shared boolean not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index saved_view_page on saved_view (city, page, created_by);
