drop index if exists search_entry_terms;
create index if not exists search_entry_indexed on search_entry using gin (string_to_array(terms, ' ')) where indexed;
