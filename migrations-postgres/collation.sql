-- Region codes, codes and names sort by bytes, whatever the locale of the database: scopes and searches by beginning are half-open
-- ranges over them, and both engines page in the same order.
do $$
declare r record;
begin
  for r in
    select c.table_name, c.column_name
    from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.data_type = 'text'
      and c.column_name in ('city', 'town', 'code', 'region', 'parent', 'name', 'name_key', 'credit_code', 'old_code')
      and c.collation_name is distinct from 'C'
  loop
    execute format('alter table %I alter column %I type text collate "C"', r.table_name, r.column_name);
  end loop;
end $$;
