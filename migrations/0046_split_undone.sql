-- A record that was split in two is kept beside the mergers, so that it can be undone: `kept` is the first record, `absorbed` the second, and
-- `absorbed_before` the second as it was made. Splits from before are not among them.

alter table merger add column kind text not null default 'merged' check (kind in ('merged', 'split'));
-- the page of a record says what it was split from
create index merger_absorbed on merger (city, absorbed, id);
