-- The orders of the list by people employed and by founding: who leaves it open comes with the smallest.

create index enterprise_by_staff on enterprise (city, (coalesce(staff, -1)), id, town);
create index enterprise_by_founding on enterprise (city, (coalesce(founded_on, '0001-01-01')), id, town);
