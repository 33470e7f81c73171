-- Monitoring: points of enterprises with their limits, what they measured minute by minute, what was not taken and why, alarms.
-- Measured values and limits are whole thousandths of the point's unit. Distributed by city.

create table monitor_point (
  city text not null,
  id uuid not null,
  town text not null,
  -- the enterprise's supervised sector: grants may be limited to sectors
  sector text not null,
  enterprise uuid not null,
  -- the enterprise's own number of it (位号), by which readings name it
  code text not null,
  name text not null,
  -- where in the enterprise
  place text,
  -- the unit of a major hazard source that it watches, as the enterprise calls it
  hazard_unit text,
  kind text not null check (kind in ('temperature', 'pressure', 'level', 'flow', 'combustible_gas', 'toxic_gas', 'wind', 'video')),
  -- unit of measure; empty for a video
  unit text not null,
  -- address of a video
  link text,
  low_low bigint,
  low bigint,
  high bigint,
  high_high bigint,
  -- by how much a value must come back before an alarm ends
  hysteresis bigint not null,
  -- seconds that a limit is passed before it is an alarm
  delay_s bigint not null,
  -- seconds between two readings
  interval_s bigint not null,
  -- values beyond these cannot be true
  range_low bigint,
  range_high bigint,
  -- where the limits are from
  basis text,
  in_use boolean not null,
  -- how it stands: nothing yet, normal, in an alarm of level 1 or 2, silent
  state text not null check (state in ('new', 'normal', 'level1', 'level2', 'offline')),
  state_since timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index monitor_point_code on monitor_point (city, enterprise, code);
create index monitor_point_town on monitor_point (city, town, id);
create index monitor_point_state on monitor_point (city, state, id);

-- An enterprise that sends readings: whoever takes some holds its row, so that those of one enterprise are taken one after another.
create table monitor_source (
  city text not null,
  enterprise uuid not null,
  -- when something last came
  seen_at timestamptz,
  primary key (city, enterprise)
);

-- The latest of a point, and how far it is towards an alarm.
create table monitor_now (
  city text not null,
  point uuid not null,
  -- time of the latest reading
  last_at timestamptz,
  last_value bigint,
  -- when a reading last came
  seen_at timestamptz,
  -- the side on which limits are passed now
  side text check (side in ('low', 'high')),
  -- since when the limit of level 1 is passed
  since1 timestamptz,
  -- since when the limit of level 2 is passed
  since2 timestamptz,
  -- level of the alarm that is raised; 0 is none
  level bigint not null check (level in (0, 1, 2)),
  -- the alarm that is not dealt with yet
  alarm uuid,
  primary key (city, point)
);

-- What a point measured in a minute. Divided by days, so that what is old goes day by day.
create table monitor_minute (
  city text not null,
  -- day in China
  day date not null,
  point uuid not null,
  -- minutes since 1970
  minute bigint not null,
  -- readings
  number bigint not null,
  low bigint not null,
  high bigint not null,
  -- sum of the values
  total bigint not null,
  -- each reading in order: milliseconds into the minute (2 bytes), value (8 bytes), little end first
  data bytea not null,
  primary key (city, day, point, minute)
);

-- The same by hour, kept for years.
create table monitor_hour (
  city text not null,
  point uuid not null,
  -- hours since 1970
  hour bigint not null,
  number bigint not null,
  low bigint not null,
  high bigint not null,
  total bigint not null,
  primary key (city, point, hour)
);

-- Hours that are over, or got something later, and are to be summed up anew.
create table monitor_due (
  city text not null,
  point uuid not null,
  hour bigint not null,
  primary key (city, point, hour)
);

-- What was not taken, or came late or out of order: how many of each, and the last of them.
create table monitor_count (
  city text not null,
  enterprise uuid not null,
  -- number of the point as it was sent
  code text not null,
  -- day in China on which they came
  day date not null,
  outcome text not null check (outcome in ('late', 'disordered', 'duplicate', 'contrary', 'absurd', 'future', 'expired', 'crowded', 'unknown')),
  number bigint not null,
  -- the last one as it was sent
  last_at text not null,
  last_value text not null,
  seen_at timestamptz not null,
  primary key (city, enterprise, code, day, outcome)
);
create index monitor_count_day on monitor_count (city, day);

-- An alarm, beside its case (case_header has the same city and id).
create table monitor_alarm (
  city text not null,
  id uuid not null,
  town text not null,
  sector text not null,
  enterprise uuid not null,
  point uuid not null,
  -- number and name of the point then
  code text not null,
  name text not null,
  kind text not null check (kind in ('temperature', 'pressure', 'level', 'flow', 'combustible_gas', 'toxic_gas', 'wind', 'video')),
  unit text not null,
  side text not null check (side in ('low', 'high')),
  -- the highest it reached
  level bigint not null check (level in (1, 2)),
  -- the limit of that level
  limit_value bigint not null,
  -- since when the limit was passed, and when that became an alarm
  started_at timestamptz not null,
  raised_at timestamptz not null,
  -- the value that lay furthest out
  peak bigint not null,
  -- when the value came back; none while it has not
  ended_at timestamptz,
  -- how often the limit was passed before it was dealt with
  times bigint not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  cause text,
  measures text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index monitor_alarm_waiting on monitor_alarm (raised_at, city, id) where acknowledged_at is null;
create index monitor_alarm_point on monitor_alarm (city, point, id);
create index monitor_alarm_enterprise on monitor_alarm (city, enterprise, id);
