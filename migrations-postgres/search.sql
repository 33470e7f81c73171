create index if not exists search_entry_terms on search_entry using gin (string_to_array(terms, ' '));
