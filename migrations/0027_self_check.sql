-- Self-checks (自查): tasks by which a bureau or office has the enterprises of its area check themselves in cycles, and what they found.
-- All distributed by city.

create table self_check_task (
  city text not null,
  id uuid not null,
  -- the area whose enterprises check themselves
  town text not null,
  -- supervised sector; all where there is none
  sector text,
  name text not null,
  cycle text not null check (cycle in ('week', 'month', 'quarter', 'half_year', 'year')),
  starts_on date not null,
  -- last day
  ends_on date,
  -- first day of the period for which was reminded last
  reminded_for date,
  reminded_at timestamptz,
  reminded_by_name text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index self_check_task_town on self_check_task (city, town, id);

create table self_check (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  ownership text not null check (ownership in ('public', 'non_public')),
  enterprise uuid not null,
  enterprise_name text not null,
  task uuid not null,
  -- first and last day of the period
  period_from date not null,
  period_to date not null,
  state text not null check (state in ('open', 'done')),
  -- items of the checklist by code: met, unmet or not_applicable
  checklist jsonb not null,
  -- how many were not met
  unmet bigint not null,
  -- who checked
  person text,
  note text,
  done_on date,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index self_check_period on self_check (city, enterprise, task, period_from);
create index self_check_task_period on self_check (city, task, period_from, town, id);
create index self_check_town on self_check (city, town, id);
create index self_check_enterprise on self_check (city, enterprise, id);
create index self_check_done on self_check (city, done_on, town);
