-- Beside each dimension alone, the numbers of every combination of their values: lists count under several filters at once without
-- reading the records. `value` joins the values by `|` in the order of the dimensions; `sector` repeats the combination's own, for people
-- who see some sectors only.
alter table enterprise_count add column sector text not null default '';
alter table enterprise_summary add column sector text not null default '';
insert into enterprise_count (city, town, dimension, value, number, sector)
select city, town, 'combination',
  status || '|' || ownership || '|' || ownership_basis || '|' || sector || '|' || coalesce(size, 'unknown') || '|' || verification || '|' || assignment || '|' ||
    case when longitude is not null and latitude is not null then 'yes' else 'no' end,
  count(*), sector
from enterprise where status <> 'merged' group by 1, 2, 4, 6;
