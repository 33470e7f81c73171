-- What indicators were: a line for each region and month, written day by day while the month lasts and never after it.
create table indicator_value (
  region text not null,
  -- 2026-11
  period text not null,
  code text not null,
  numerator bigint not null,
  denominator bigint not null,
  written_at timestamptz not null,
  primary key (region, code, period)
);
