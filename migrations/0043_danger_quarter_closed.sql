-- The statutory statistics of dangers as an area handed them in (DESIGN idea 5: a closed period is frozen). Distributed by city.

create table danger_quarter_closed (
  city text not null,
  id uuid not null,
  -- the area they are of
  town text not null,
  year bigint not null,
  -- 1 to 4; 0 is the year
  quarter bigint not null,
  -- the table by sector and by division
  tables jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  primary key (city, id)
);
create unique index danger_quarter_closed_of on danger_quarter_closed (city, town, year, quarter);
