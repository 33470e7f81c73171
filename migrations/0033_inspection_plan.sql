-- Yearly inspection plans: whom an agency means to inspect, drawn by lot with every draw kept, and who must not inspect whom.
-- All distributed by city.

-- As rated by the supervising agency; a plan draws riskier ones more often.
alter table enterprise add column grade text check (grade in ('A', 'B', 'C', 'D'));
create index enterprise_grade on enterprise (city, grade, town, id) where grade is not null;

-- The account of the officer: what is assigned to the card waits for that person.
alter table officer_card add column account uuid;
create index officer_card_account on officer_card (city, account, id) where account is not null;

create table inspection_plan (
  city text not null,
  id uuid not null,
  -- the division the agency answers for
  town text not null,
  agency uuid not null,
  year bigint not null,
  name text not null,
  state text not null check (state in ('draft', 'submitted', 'approved')),
  -- which enterprises, how many of them, in which months: see PlanLine
  lines jsonb not null,
  note text,
  -- why it came back, or is open to change again
  returned_reason text,
  approved_at timestamptz,
  approved_by_name text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index inspection_plan_town on inspection_plan (city, town, id);
create index inspection_plan_agency on inspection_plan (city, agency, year, id);

create table inspection_target (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  plan uuid not null,
  agency uuid not null,
  year bigint not null,
  -- line of the plan; none for one that was added by hand
  line bigint,
  -- the draw that chose it
  draw uuid,
  -- 1 to 12
  month bigint not null check (month between 1 and 12),
  -- last day of that month
  due_on date not null,
  -- the officers' cards
  officer_one uuid,
  officer_two uuid,
  state text not null check (state in ('planned', 'done', 'cancelled')),
  -- the target of another agency with which it is visited together
  joined uuid,
  -- the visit that did it
  visit uuid,
  done_on date,
  -- why it was added, or cancelled
  reason text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index inspection_target_plan on inspection_target (city, plan, line, state);
create index inspection_target_due on inspection_target (city, state, due_on, town, id);
create index inspection_target_order on inspection_target (city, due_on, id);
create index inspection_target_town on inspection_target (city, town, id);
create index inspection_target_agency on inspection_target (city, agency, state, due_on, id);
create index inspection_target_enterprise on inspection_target (city, enterprise, year, month, id);
create index inspection_target_one on inspection_target (city, officer_one, state, due_on) where officer_one is not null;
create index inspection_target_two on inspection_target (city, officer_two, state, due_on) where officer_two is not null;
create index inspection_target_joined on inspection_target (city, joined, id) where joined is not null;
create index inspection_target_year on inspection_target (city, year, state, town);

-- A draw, as the rule random-draw got it and answered: never changed, so that anybody can draw again and compare.
create table inspection_draw (
  city text not null,
  id uuid not null,
  town text not null,
  plan uuid not null,
  line bigint not null,
  drawn_on date not null,
  seed text not null,
  -- SHA-256 over seed, lists and weights
  fingerprint text not null,
  -- how many enterprises and officers could be drawn, and how many enterprises were
  candidates bigint not null,
  officers bigint not null,
  drawn bigint not null,
  input jsonb not null,
  outcome jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create index inspection_draw_plan on inspection_draw (city, plan, id);
create index inspection_draw_town on inspection_draw (city, town, id);

create table officer_conflict (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  enterprise_name text not null,
  -- the officer's card
  card uuid not null,
  officer_name text not null,
  reason text not null,
  -- the day from which it is no more
  ended_on date,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index officer_conflict_town on officer_conflict (city, town, id);
create index officer_conflict_enterprise on officer_conflict (city, enterprise, card);
create index officer_conflict_card on officer_conflict (city, card, enterprise);
