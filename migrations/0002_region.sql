-- Divisions in time and the agencies that hang on them. Reference tables: small, everywhere the same.

-- The same code may name different divisions at different times (440511: a suburb district until 1991, Jinping since 2003).
create table region (
  code text not null,
  valid_from date not null,
  valid_to date,
  name text not null,
  tier text not null check (tier in ('province', 'city', 'county', 'town', 'village')),
  parent text,
  source text not null,
  note text not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (code, valid_from)
);
create index region_parent on region (parent, code);

create table region_alias (
  code text not null,
  alias text not null,
  note text not null,
  primary key (code, alias)
);

create table region_change (
  id uuid primary key,
  changed_on date not null,
  kind text not null check (kind in ('establish', 'abolish', 'merge', 'split', 'rename', 'move', 'recode')),
  from_code text,
  to_code text,
  document text not null,
  note text not null,
  undo jsonb,
  undone_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null
);
create index region_change_from on region_change (from_code);
create index region_change_to on region_change (to_code);

create table agency (
  city text not null,
  id uuid not null,
  town text not null,
  name text not null,
  kind text not null check (kind in ('bureau', 'committee', 'town_office', 'department')),
  sectors jsonb not null,
  phone text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index agency_town on agency (city, town, id);
