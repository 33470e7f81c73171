-- A page asks one dimension of many towns, so its numbers lie together, and apart from the many of all combinations.
create table enterprise_counted (
  city text not null,
  dimension text not null,
  town text not null,
  value text not null,
  number bigint not null,
  sector text not null default '',
  primary key (city, dimension, town, value)
);
insert into enterprise_counted (city, dimension, town, value, number, sector)
select city, dimension, town, value, number, sector from enterprise_count;
drop table enterprise_count;
alter table enterprise_counted rename to enterprise_count;
