-- Workbooks of archive records on their way into the archives: a header, and each row with what becomes of it.
-- Distributed by city.

create table archive_import (
  city text not null,
  id uuid not null,
  -- division whose enterprises the workbook speaks of
  town text not null,
  file_name text not null,
  state text not null check (state in ('reading', 'preview', 'committing', 'committed', 'failed')),
  -- the sheets in order: what each was read as, and what its rows would do
  sheets jsonb not null,
  counts jsonb not null,
  -- leave out the rows with wrong cells
  skip_wrong boolean not null,
  job uuid,
  error jsonb,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index archive_import_made on archive_import (city, created_at);

create table archive_import_row (
  city text not null,
  import_id uuid not null,
  -- through the whole file, from 1
  number bigint not null,
  sheet text not null,
  -- row of the sheet, from 1
  line bigint not null,
  section text not null,
  enterprise uuid,
  enterprise_name text not null,
  -- the record it changes; named by the file, or found by what it says
  record uuid,
  record_version bigint,
  named boolean not null,
  outcome text not null check (outcome in ('new', 'changed', 'unchanged', 'rejected')),
  -- what the cells say by field, and the fields as they would be written
  given jsonb not null,
  fields jsonb,
  changes jsonb,
  -- of a rejected row: its cells as they stand, and what is wrong
  cells jsonb,
  errors jsonb not null,
  primary key (city, import_id, number)
);
create index archive_import_row_outcome on archive_import_row (city, import_id, outcome, number);
create index archive_import_row_enterprise on archive_import_row (city, import_id, enterprise, number);
