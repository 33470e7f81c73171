-- Rows that a city lays over the national tables of the law, with a document number. Never erased: ended, or withdrawn.
create table law_row (
  city text not null,
  id uuid not null,
  town text not null,
  table_name text not null,
  cells jsonb not null,
  valid_from date not null,
  valid_to date,
  withdrawn boolean not null,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index law_row_table on law_row (city, table_name, id);
