-- The enterprise's name that a row bore before it went to another enterprise, where it bears one: undoing gives it back.
alter table belonging_moved add column name text;
