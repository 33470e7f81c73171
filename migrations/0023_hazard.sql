-- Major hazard sources of enterprises: what they hold, the grade that was declared beside the one that the rules find, who answers for
-- them, and by when they must be identified anew. Distributed by city.

create table hazard_source (
  city text not null,
  id uuid not null,
  town text not null,
  -- of the enterprise: grants may be limited to sectors, figures go by both
  sector text not null,
  ownership text not null check (ownership in ('public', 'non_public')),
  enterprise uuid not null,
  enterprise_name text not null,
  name text not null,
  -- hazardous chemicals by GB 18218, or one of the categories of 2004
  category text not null check (category in ('chemical', 'tank_area', 'warehouse', 'production_site', 'long_pipeline', 'public_pipeline',
    'industrial_pipeline', 'boiler', 'pressure_vessel', 'coal_mine', 'other_mine', 'tailings_pond')),
  -- the units with what they hold, each with the finding of the rules and its steps
  units jsonb not null,
  -- what was found: whether it is one at all, the gravest grade of its units (none without people around or deaths reckoned), S and R of
  -- that unit as exact decimals, by which standard and on which day
  is_major boolean not null,
  grade bigint check (grade between 1 and 4),
  grade_method text check (grade_method in ('r', 'deaths')),
  s text,
  r text,
  edition text not null,
  identified_on date not null,
  -- what the enterprise or its evaluation report says
  declared_grade bigint check (declared_grade between 1 and 4),
  declared_r text,
  differs boolean not null,
  -- people who live within 500 m of the boundary
  population bigint check (population >= 0),
  location text,
  longitude double precision,
  latitude double precision,
  started_on date,
  -- who answers for it: duty, name, post, phone
  persons jsonb not null,
  -- records of the archive: the report that evaluated it, the plan for emergencies
  evaluation uuid,
  plan uuid,
  assessed_on date,
  -- what has happened since the assessment and asks for a new one: kind, day, what
  events jsonb not null,
  -- the day by which it must be identified anew, and why
  review_on date,
  review_why text check (review_why in ('years', 'event')),
  state text not null check (state in ('registered', 'filed', 'cancelled', 'removed')),
  -- the case by which it is being filed or struck off now
  open_filing uuid,
  filing_number text,
  filed_on date,
  filed_until date,
  filed_with text,
  note text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index hazard_source_town on hazard_source (city, town, id);
create index hazard_source_enterprise on hazard_source (city, enterprise, id);
create index hazard_source_review on hazard_source (city, review_on, id) where review_on is not null;
create index hazard_source_latest on hazard_source (id, city);
create index hazard_source_place on hazard_source (city, latitude, longitude) where latitude is not null;
create index enterprise_position on enterprise (city, latitude, longitude) where latitude is not null;

-- A filing at the county, or the striking off of one: what goes with it and what became of it, beside its case (the same city and id).
create table hazard_filing (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  source uuid not null,
  kind text not null check (kind in ('filing', 'cancel')),
  -- the papers that go with it: name, the archive's record or a remark
  materials jsonb not null,
  reason text,
  -- what was filed: the source as it stood when it was handed in
  subject jsonb not null,
  number text,
  decided_on date,
  valid_until date,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index hazard_filing_source on hazard_filing (city, source, id);
create index hazard_filing_enterprise on hazard_filing (city, enterprise, id);

-- What of an archive is kept in another part of the system: a line for each thing that counts for a section. Written by its keeper in the
-- transaction of the thing itself.
create table archive_elsewhere (
  city text not null,
  -- the thing
  id uuid not null,
  enterprise uuid not null,
  section text not null,
  -- the last day it holds
  expires_on date,
  primary key (city, id)
);
create index archive_elsewhere_enterprise on archive_elsewhere (city, enterprise, section);
