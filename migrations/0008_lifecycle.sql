-- What becomes of an enterprise: its status, who watches over it, the cluster it works in, where it goes, and the records that are one.

alter table enterprise add column status_document text;
alter table enterprise add column cluster uuid;
create index enterprise_cluster on enterprise (city, cluster, town) where cluster is not null;
create index enterprise_officer on enterprise (city, officer, town) where officer is not null;
create index enterprise_agency on enterprise (city, agency, town) where agency is not null;
create index enterprise_parent on enterprise (city, parent_name, town) where parent_name is not null;
create index enterprise_merged on enterprise (city, merged_into, town) where merged_into is not null;
create index enterprise_organization on enterprise (city, organization_code) where organization_code is not null;
create index enterprise_place on enterprise (city, (address_key || '|' || legal_person));

-- A market, building, park or street whose many small enterprises have one manager.
create table cluster (
  city text not null,
  id uuid not null,
  town text not null,
  name text not null,
  kind text not null check (kind in ('market', 'building', 'park', 'street')),
  address text,
  manager text,
  manager_phone text,
  note text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index cluster_name on cluster (city, town, name);

-- A record on its way to another division. `town` is where it stands until the target accepts it.
create table handover (
  city text not null,
  id uuid not null,
  town text not null,
  target text not null,
  sector text not null,
  enterprise_id uuid not null,
  enterprise_name text not null,
  state text not null check (state in ('open', 'accepted', 'returned', 'withdrawn')),
  reason text not null,
  proposed_by_name text not null,
  answer text,
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index handover_open on handover (city, enterprise_id) where state = 'open';
create index handover_from on handover (city, state, town, id);
create index handover_to on handover (city, state, target, id);

-- Two records that were made one, with all that undoing it needs.
create table merger (
  city text not null,
  id uuid not null,
  town text not null,
  kept uuid not null,
  kept_name text not null,
  absorbed uuid not null,
  absorbed_name text not null,
  state text not null check (state in ('done', 'undone')),
  reason text not null,
  made_by_name text not null,
  kept_before jsonb not null,
  kept_after jsonb not null,
  absorbed_before jsonb not null,
  accounts jsonb not null,
  undone_at timestamptz,
  undone_by_name text,
  undone_reason text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index merger_kept on merger (city, kept, id);
create index merger_town on merger (city, town, id);

-- Records that may be one enterprise: those that share a name, a code, or an address and its legal person; kept with every write, so
-- that no page searches the register. `apart`: somebody looked and said that they are not the same.
create table twin (
  city text not null,
  key text not null,
  id uuid not null,
  town text not null,
  apart boolean not null,
  primary key (city, key, id)
);
create index twin_record on twin (city, id);
insert into twin (city, key, id, town, apart)
select city, '1code:' || old_code, id, town, false from enterprise
where status <> 'merged' and (city, old_code) in (select city, old_code from enterprise where old_code is not null and status <> 'merged' group by city, old_code having count(*) > 1);
insert into twin (city, key, id, town, apart)
select city, '2organization:' || organization_code, id, town, false from enterprise
where status <> 'merged' and (city, organization_code) in (select city, organization_code from enterprise where organization_code is not null and status <> 'merged' group by city, organization_code having count(*) > 1);
insert into twin (city, key, id, town, apart)
select city, '3place:' || address_key || '|' || legal_person, id, town, false from enterprise
where status <> 'merged' and address_key <> '' and (city, address_key || '|' || legal_person) in
  (select city, address_key || '|' || legal_person from enterprise where address_key <> '' and legal_person is not null and status <> 'merged' group by city, address_key || '|' || legal_person having count(*) > 1);
insert into twin (city, key, id, town, apart)
select city, '4name:' || name_key, id, town, false from enterprise
where status <> 'merged' and (city, name_key) in (select city, name_key from enterprise where name_key <> '' and status <> 'merged' group by city, name_key having count(*) > 1);

-- What a person said of a row that may be a record already; remembered by what the row says, for the next file that says it.
alter table import_row add column doubt text check (doubt in ('possible', 'in_file', 'elsewhere'));
alter table import_row add column fingerprint text;
alter table import_row add column decision text check (decision in ('new', 'change', 'leave'));
alter table import_row add column decided_by_name text;
create table import_decision (
  city text not null,
  fingerprint text not null,
  decision text not null check (decision in ('new', 'change', 'leave')),
  decided_by_name text not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  primary key (city, fingerprint)
);
