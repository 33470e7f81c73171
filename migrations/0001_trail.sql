-- The trail, jobs and answers that may be asked for again. Local tables: they never leave their database.

-- One entry per write and per read of personal data; append-only. `batch` is null until a job seals it.
create table audit (
  city text not null,
  id uuid not null,
  at timestamptz not null,
  actor uuid not null,
  actor_name text not null,
  on_behalf uuid,
  action text not null check (action in ('create', 'update', 'delete', 'read', 'export', 'sign_in', 'sign_out', 'refused')),
  subject text not null,
  town text not null,
  row_id uuid,
  row_title text,
  before jsonb,
  after jsonb,
  reason text,
  batch bigint,
  primary key (city, id)
);
create index audit_row on audit (city, subject, row_id, id);
create index audit_actor on audit (city, actor, id);
create index audit_town on audit (city, town, id);
create index audit_unsealed on audit (id) where batch is null;
create index audit_in_batch on audit (batch, city, id);

-- A sealed batch: the hash covers the hash of the batch before and every entry in it.
create table audit_batch (
  number bigint primary key,
  sealed_at timestamptz not null,
  entries bigint not null,
  previous text not null,
  hash text not null
);

create table job (
  id uuid primary key,
  city text not null,
  kind text not null,
  input jsonb not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  owner uuid not null,
  done bigint not null,
  total bigint,
  message text not null,
  result jsonb,
  error jsonb,
  tries bigint not null,
  not_before timestamptz not null,
  worker uuid,
  heartbeat_at timestamptz,
  cancel boolean not null,
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index job_waiting on job (state, not_before);
create index job_owner on job (owner, created_at);

-- First answer of a write that carried an Idempotency-Key.
create table idempotency (
  account uuid not null,
  key text not null,
  request_hash text not null,
  status bigint not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (account, key)
);
create index idempotency_age on idempotency (created_at);

create table setting (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null,
  updated_by uuid not null
);
