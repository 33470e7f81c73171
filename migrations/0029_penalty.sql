-- Penalties (行政处罚): a case's details under the case's id, its papers with gapless numbers, its exhibits. All distributed by city.

create table penalty (
  city text not null,
  -- the case's
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  procedure text not null check (procedure in ('ordinary', 'simple')),
  party text not null check (party in ('unit', 'person')),
  party_name text not null,
  -- of a person: sex, age, identity number, address, post, telephone
  person jsonb not null,
  -- the visit that found it
  visit uuid,
  agency uuid not null,
  -- the officers with their cards as they were then
  officers jsonb not null,
  source text not null,
  -- what was violated, in a few words
  cause text not null,
  happened_on date not null,
  -- row of the table penalty-discretion
  violation text,
  stage text,
  circumstance text,
  -- why the fine lies outside the share of the circumstances
  mitigation text,
  facts text not null,
  evidence text not null,
  duty text not null,
  basis text not null,
  -- in 分
  fine bigint not null check (fine >= 0),
  other text,
  -- the fine that the party was told
  told_fine bigint,
  told_on date,
  -- whether the party was told that it may ask for a hearing
  hearing boolean not null,
  discussed boolean not null,
  stated boolean not null,
  hearing_on date,
  filed_on date,
  -- last day for the decision
  limit_on date,
  decided_on date,
  served_on date,
  -- in 分
  paid bigint not null check (paid >= 0),
  result text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index penalty_town on penalty (city, town, id);
create index penalty_enterprise on penalty (city, enterprise, id);
create index penalty_agency on penalty (city, agency, id);
create index penalty_visit on penalty (city, visit, id);

create table penalty_document (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  penalty uuid not null,
  form text not null,
  state text not null check (state in ('draft', 'issued', 'withdrawn')),
  -- what the form's fields say, in their order
  fields jsonb not null,
  agency uuid,
  issuer text,
  deed text,
  word text,
  year bigint,
  serial bigint,
  number text,
  issued_on date,
  served_on date,
  service text,
  withdrawn_on date,
  reason text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index penalty_document_town on penalty_document (city, town, id);
create index penalty_document_enterprise on penalty_document (city, enterprise, id);
create index penalty_document_penalty on penalty_document (city, penalty, id);
create unique index penalty_document_number on penalty_document (city, agency, word, year, serial);

create table penalty_exhibit (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  penalty uuid not null,
  name text not null,
  -- sha-256
  hash text not null,
  -- bytes
  size bigint not null,
  kind text not null check (kind in ('png', 'jpg', 'pdf')),
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create index penalty_exhibit_penalty on penalty_exhibit (city, penalty, id);
create index penalty_exhibit_enterprise on penalty_exhibit (city, enterprise, id);
create index penalty_exhibit_town on penalty_exhibit (city, town, id);
