-- The case in whose course a danger was found, such as an alarm of a monitoring point: its id, in the same city.

alter table danger add column found_in uuid;
create index danger_found_in on danger (city, found_in, id) where found_in is not null;
