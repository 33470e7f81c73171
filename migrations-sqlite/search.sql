-- `ascii` leaves every sign beyond ASCII in its word: the words are made in Rust
create virtual table if not exists search_fts using fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii', detail = none);
