-- What waits for the officer who began it, and the visits of a year.

create index visit_mine on visit (city, created_by, state, id);
create index visit_ended on visit (city, ended_at, town);
create index enforcement_document_mine on enforcement_document (city, created_by, state, id);
