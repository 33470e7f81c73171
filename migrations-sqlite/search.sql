-- `ascii` leaves every sign beyond ASCII in its word: the words are made in Rust
create virtual table if not exists search_fts using fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);
create unique index if not exists search_entry_number on search_entry (number);
