-- The safety archive: one table for the records of every section, one line for each enterprise's completeness, and the
-- figures at town grain. Distributed by city.

create table record (
  city text not null,
  id uuid not null,
  town text not null,
  -- the enterprise's supervised sector: grants may be limited to sectors
  sector text not null,
  enterprise uuid not null,
  section text not null,
  title text not null,
  number text,
  issuer text,
  issued_on date,
  -- the last day it holds: as written in it, or reckoned from how often the law wants it renewed
  expires_on date,
  expires_basis text check (expires_basis in ('stated', 'renewal')),
  state text not null check (state in ('entered', 'verified', 'changed', 'returned', 'replaced', 'removed')),
  fields jsonb not null,
  -- the values that were vouched for, and by whom
  verified_fields jsonb,
  verified_by uuid,
  verified_by_name text,
  verified_at timestamptz,
  -- fields sent back, each with its reason
  returned_fields jsonb,
  returned_by_name text,
  returned_at timestamptz,
  replaces uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index record_enterprise on record (city, enterprise, section, id);
create index record_expiry on record (city, expires_on, id) where expires_on is not null;
create index record_expiry_town on record (city, town, expires_on, id) where expires_on is not null;
create index record_number on record (city, number) where number is not null;

-- How complete the archive of an enterprise is; written with its records.
create table archive_score (
  city text not null,
  -- the enterprise
  id uuid not null,
  town text not null,
  sector text not null,
  ownership text not null check (ownership in ('public', 'non_public')),
  name text not null,
  -- sections that must be there, and what became of them
  required bigint not null,
  present bigint not null,
  missing bigint not null,
  expired bigint not null,
  unclear bigint not null,
  verified bigint not null,
  records bigint not null,
  papers_expired bigint not null,
  papers_expiring bigint not null,
  -- present of required, whole percent
  score bigint not null,
  state text not null check (state in ('complete', 'incomplete', 'expired', 'empty')),
  verification text not null check (verification in ('verified', 'partly', 'never')),
  -- the next day on which a paper runs out
  changes_on date,
  enterprise_version bigint not null,
  computed_at timestamptz not null,
  primary key (city, id)
);
create index archive_score_town on archive_score (city, town, id);
create index archive_score_state on archive_score (city, state, town, id);
create index archive_score_verification on archive_score (city, verification, town, id);
create index archive_score_score on archive_score (city, score, id);
create index archive_score_changes on archive_score (changes_on, city, id) where changes_on is not null;

-- What the score was, one line for each day on which it changed.
create table archive_score_day (
  city text not null,
  id uuid not null,
  day date not null,
  required bigint not null,
  present bigint not null,
  expired bigint not null,
  score bigint not null,
  why text not null,
  primary key (city, id, day)
);

-- Figures at town grain, kept by the application in the writing transaction.
create table archive_tally (
  city text not null,
  town text not null,
  sector text not null,
  ownership text not null check (ownership in ('public', 'non_public')),
  measure text not null,
  number bigint not null,
  primary key (city, town, sector, ownership, measure)
);
