-- What went from one enterprise to another where records of the register were made one or split. Distributed by city.
create table belonging_moved (
  city text not null,
  -- the merger or the split
  cause uuid not null,
  table_name text not null,
  row_id uuid not null,
  source uuid not null,
  target uuid not null,
  primary key (city, cause, table_name, row_id)
);
create index belonging_moved_source on belonging_moved (city, source, table_name);
create index belonging_moved_target on belonging_moved (city, target, table_name);

-- What the score was: one line for each change, with its reason.
create table archive_score_change (
  city text not null,
  -- the enterprise
  id uuid not null,
  day date not null,
  -- of that day, from 1
  number bigint not null,
  required bigint not null,
  present bigint not null,
  expired bigint not null,
  score bigint not null,
  why text not null,
  primary key (city, id, day, number)
);
insert into archive_score_change (city, id, day, number, required, present, expired, score, why)
  select city, id, day, 1, required, present, expired, score, why from archive_score_day;
drop table archive_score_day;
