-- What the one search box finds. The terms of an entry stand in an index of the engine: FTS5 on SQLite, GIN on PostgreSQL.

create table search_entry (
  city text not null,
  kind text not null,
  id uuid not null,
  town text not null,
  -- row of the FTS5 table
  number bigint not null,
  title text not null,
  subtitle text not null,
  -- folded texts to recheck a hit against
  body text not null,
  initials text not null,
  pinyin text not null,
  -- PostgreSQL only; on SQLite the terms are in the index and nowhere else
  terms text not null,
  primary key (city, kind, id)
);
create unique index search_entry_number on search_entry (number);
