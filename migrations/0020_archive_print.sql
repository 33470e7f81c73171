-- What was printed of archives: whoever holds a paper can check its code.
create table archive_print (
  city text not null,
  id uuid not null,
  town text not null,
  enterprise uuid not null,
  -- the first 16 digits of the hash, as the paper shows them
  code text not null,
  hash text not null,
  title text not null,
  issuer text not null,
  as_of timestamptz,
  printed_at timestamptz not null,
  printed_by uuid not null,
  primary key (city, id)
);
create unique index archive_print_code on archive_print (code, city, enterprise);
create index archive_print_enterprise on archive_print (city, enterprise, id);
