-- Reminders of monthly returns of dangers (催报): one row for each, of the enterprises of an area that had not reported. Distributed by city.

create table danger_return_reminder (
  city text not null,
  id uuid not null,
  -- the area whose enterprises were reminded
  town text not null,
  -- only those of these supervised sectors, separated by commas; all where there are none
  sectors text,
  -- 2026-11
  month text not null,
  reminded_on date not null,
  -- how many had not reported
  number bigint not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create index danger_return_reminder_month on danger_return_reminder (city, month, town, id);
