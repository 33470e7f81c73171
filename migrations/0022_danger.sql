-- Hidden dangers: what each is, beside its case (case_header has the same city and id), its photos, and what enterprises report month by
-- month. Distributed by city.

create table danger (
  city text not null,
  -- the case's
  id uuid not null,
  town text not null,
  -- the enterprise's supervised sector: grants may be limited to sectors
  sector text not null,
  enterprise uuid not null,
  source text not null check (source in ('inspection', 'self_check', 'tip_off', 'higher_tier', 'monitoring')),
  found_on date not null,
  found_by text,
  -- category of the table danger-category
  category text,
  place text not null,
  description text not null,
  -- what is asked for
  requirement text,
  -- codes of the table danger-criterion
  criteria jsonb not null,
  fixable_at_once boolean,
  needs_stop boolean,
  beyond_own_power boolean,
  -- why it is of its class: each step with its source
  judgement jsonb not null,
  -- what was decided until it is put right
  stop text not null check (stop in ('none', 'part', 'whole')),
  -- the five guarantees of a major danger
  plan_person text,
  plan_measures text,
  -- 分
  plan_funds bigint,
  plan_on date,
  plan_emergency text,
  -- asked for and not decided yet
  deferral_on date,
  -- how it was put right
  mended_on date,
  mended_text text,
  -- the term it was to be put right by when it was
  term_on date,
  -- 分
  funds_spent bigint,
  acceptance text check (acceptance in ('self', 'expert', 'government')),
  accepted_by text,
  rechecked_on date,
  rechecked_by text,
  rechecked_text text,
  -- listed supervision: by which tier, notice and term
  listed_tier text check (listed_tier in ('county', 'city', 'province')),
  listed_document text,
  listed_on date,
  listed_until date,
  released_on date,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index danger_enterprise on danger (city, enterprise, id);
create index danger_found on danger (city, found_on, id);
create index danger_listed on danger (city, listed_tier, id) where listed_tier is not null;

create table danger_photo (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  danger uuid not null,
  -- before it was put right, and after
  side text not null check (side in ('before', 'after')),
  name text not null,
  hash text not null,
  size bigint not null,
  kind text not null check (kind in ('png', 'jpg', 'pdf')),
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create index danger_photo_danger on danger_photo (city, danger, id);
create index danger_photo_enterprise on danger_photo (city, enterprise, id);
create index danger_photo_hash on danger_photo (hash);

-- What an enterprise found in a month: by number, or that nothing was found.
create table danger_return (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  -- 2026-11
  month text not null,
  general_found bigint not null,
  general_mended bigint not null,
  major_found bigint not null,
  major_mended bigint not null,
  -- 分
  funds_spent bigint not null,
  note text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index danger_return_month on danger_return (city, enterprise, month);
create index danger_return_town on danger_return (city, month, town, id);
