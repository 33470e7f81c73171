-- Cases (DESIGN idea 4): one row for whatever is a state machine with a deadline, and its steps, which are only ever added.
-- Distributed by city.

create table case_header (
  city text not null,
  id uuid not null,
  town text not null,
  -- of the enterprise; empty where there is none
  sector text not null,
  ownership text check (ownership in ('public', 'non_public')),
  kind text not null,
  number text not null,
  title text not null,
  enterprise uuid,
  enterprise_name text not null,
  -- who is responsible at the agency
  agency uuid,
  officer uuid,
  officer_name text not null,
  state text not null,
  severity text not null check (severity in ('general', 'major')),
  -- whose turn it is; nobody's when it has ended
  waits text not null check (waits in ('enterprise', 'officer', 'nobody')),
  due_on date,
  due_basis text,
  -- the lowest tier that sees it as its own now
  tier text not null check (tier in ('town', 'county', 'city', 'province')),
  escalated_on date,
  opened_on date not null,
  closed_on date,
  -- the last deadline it had, which says of an ended one whether it ended in time
  term_on date,
  -- steps so far
  events bigint not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id),
  -- nothing open is without a day and somebody whose turn it is
  check ((waits = 'nobody') = (closed_on is not null)),
  check (waits = 'nobody' or due_on is not null)
);
create unique index case_header_number on case_header (city, number);
create index case_header_open on case_header (city, due_on, id) where closed_on is null;
create index case_header_open_town on case_header (city, town, due_on, id) where closed_on is null;
create index case_header_open_officer on case_header (city, officer, due_on, id);
create index case_header_due on case_header (due_on, city, id) where closed_on is null;
create index case_header_town on case_header (city, town, kind, id);
create index case_header_kind on case_header (city, kind, id);
create index case_header_enterprise on case_header (city, enterprise, id);
create index case_header_opened on case_header (city, kind, opened_on);
create index case_header_closed on case_header (city, kind, closed_on) where closed_on is not null;

create table case_event (
  city text not null,
  id uuid not null,
  case_id uuid not null,
  -- from 1, without a gap
  seq bigint not null,
  enterprise uuid,
  action text not null,
  label text not null,
  from_state text,
  to_state text not null,
  at timestamptz not null,
  actor uuid not null,
  actor_name text not null,
  on_behalf_name text,
  reason text,
  -- what was sent back, each with its reason: [{"pointer", "reason"}]
  fields jsonb,
  -- what of the row became otherwise; of the first step the whole row
  header jsonb not null,
  -- what of the area's own details became otherwise
  changed jsonb,
  due_on date,
  primary key (city, id)
);
create unique index case_event_case on case_event (city, case_id, seq);
create index case_event_enterprise on case_event (city, enterprise, id);

-- The last number given of a kind, in a division and a year.
create table case_number (
  city text not null,
  place text not null,
  mark text not null,
  year bigint not null,
  last bigint not null,
  primary key (city, place, mark, year)
);
