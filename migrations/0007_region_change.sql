-- Changes of divisions as administrator operations. The first form of this table was never written to.
drop table region_change;

create table region_change (
  city text not null,
  id uuid not null,
  changed_on date not null,
  kind text not null check (kind in ('establish', 'abolish', 'merge', 'split', 'rename', 'move')),
  document text not null,
  note text not null,
  -- what was asked for, the numbers of rows moved by table, and what the divisions were before
  request jsonb not null,
  moved jsonb not null,
  undo jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  undone_at timestamptz,
  undone_by_name text,
  -- numbers of rows put back, and those that stood elsewhere by then
  undone jsonb,
  primary key (city, id)
);

-- Which code became which; a division that came to be or ceased has one side only (the other is empty).
create table region_pair (
  city text not null,
  change_id uuid not null,
  from_code text not null,
  to_code text not null,
  primary key (city, change_id, from_code, to_code)
);
create index region_pair_from on region_pair (from_code);
create index region_pair_to on region_pair (to_code);

-- Every row a change moved: where it stood, where it was put, and what else of it changed.
create table region_moved (
  city text not null,
  change_id uuid not null,
  subject text not null,
  id uuid not null,
  from_town text not null,
  to_town text not null,
  before jsonb,
  primary key (city, change_id, subject, id)
);

create index account_agency on account (agency) where agency is not null;
