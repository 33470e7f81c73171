-- Inspections: officers' cards, deeds by which a town office enforces, visits with what was found, enforcement documents and their numbers.
-- All distributed by city.

create table officer_card (
  city text not null,
  id uuid not null,
  -- where the card's agency is
  town text not null,
  agency uuid not null,
  name text not null,
  number text not null,
  valid_from date not null,
  -- last day
  valid_to date not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index officer_card_town on officer_card (city, town, id);
create index officer_card_agency on officer_card (city, agency, id);
create unique index officer_card_number on officer_card (city, number);

create table delegation_deed (
  city text not null,
  id uuid not null,
  town text not null,
  -- the town office that is entrusted
  agency uuid not null,
  -- the bureau in whose name it acts
  principal uuid not null,
  number text not null,
  -- codes of the forms it may issue
  forms jsonb not null,
  valid_from date not null,
  -- last day
  valid_to date not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index delegation_deed_town on delegation_deed (city, town, id);
create index delegation_deed_agency on delegation_deed (city, agency, id);
create index delegation_deed_principal on delegation_deed (city, principal, id);

create table visit (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  state text not null check (state in ('open', 'finished', 'withdrawn')),
  place text not null,
  -- agency of the officers
  agency uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- the officers with their cards as they were then
  officers jsonb not null,
  -- items of the checklist by code: met, unmet or not_applicable
  checklist jsonb not null,
  -- drawn signatures, or that and why signing was refused
  signatures jsonb not null,
  -- last day for putting right what was found
  due_on date,
  -- why it was withdrawn
  reason text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index visit_town on visit (city, town, id);
create index visit_enterprise on visit (city, enterprise, id);
create index visit_agency on visit (city, agency, id);

create table visit_finding (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  visit uuid not null,
  -- 1, 2, 3 within the visit
  serial bigint not null,
  item text,
  content text not null,
  place text,
  basis text,
  -- category of the table danger-category
  category text,
  -- codes of the table danger-criterion
  criteria jsonb not null,
  -- needs a full or partial stop
  needs_stop boolean not null,
  -- beyond the enterprise's own power
  beyond_own_power boolean not null,
  -- put right before the officers left
  fixed boolean not null,
  severity text not null check (severity in ('general', 'major')),
  -- the danger that it became when the visit was signed
  danger uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index visit_finding_visit on visit_finding (city, visit, serial);
create index visit_finding_danger on visit_finding (city, danger, id);
create index visit_finding_enterprise on visit_finding (city, enterprise, id);
create index visit_finding_town on visit_finding (city, town, id);

create table visit_photo (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  visit uuid not null,
  finding uuid not null,
  name text not null,
  -- sha-256
  hash text not null,
  -- bytes
  size bigint not null,
  kind text not null check (kind in ('png', 'jpg')),
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create index visit_photo_visit on visit_photo (city, visit, finding, id);
create index visit_photo_finding on visit_photo (city, finding, id);
create index visit_photo_enterprise on visit_photo (city, enterprise, id);
create index visit_photo_town on visit_photo (city, town, id);

create table enforcement_document (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  visit uuid not null,
  -- the document this one answers, such as the order of a recheck
  about uuid,
  form text not null,
  state text not null check (state in ('draft', 'issued', 'withdrawn')),
  -- what the form's fields say, in their order
  fields jsonb not null,
  -- the findings that it is about; of a recheck also what became of each
  items jsonb not null,
  due_on date,
  -- in whose name it was issued, and by which deed
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
create index enforcement_document_town on enforcement_document (city, town, id);
create index enforcement_document_enterprise on enforcement_document (city, enterprise, id);
create index enforcement_document_visit on enforcement_document (city, visit, id);
create index enforcement_document_about on enforcement_document (city, about, id);
create unique index enforcement_document_number on enforcement_document (city, agency, word, year, serial);

-- The last serial number that an agency gave to a kind of document in a year; taken in the issuing transaction, so that none is skipped.
create table document_counter (
  city text not null,
  agency uuid not null,
  word text not null,
  year bigint not null,
  serial bigint not null,
  primary key (city, agency, word, year)
);
