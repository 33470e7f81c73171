-- What waits for somebody in the archives of an area.
create index record_waiting on record (city, town, state, id) where state in ('entered', 'changed', 'returned');
