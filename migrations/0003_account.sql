-- People, what they may do, and how they come in. Local tables.

create table account (
  city text not null,
  id uuid not null,
  town text not null,
  login text not null,
  name text not null,
  kind text not null check (kind in ('officer', 'enterprise', 'intermediary')),
  agency uuid,
  enterprise uuid,
  phone text,
  email text,
  password text,
  password_at timestamptz,
  must_change_password boolean not null,
  totp_secret text,
  totp_step bigint,
  oidc_subject text,
  failures bigint not null,
  locked_until timestamptz,
  disabled boolean not null,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create unique index account_login on account (login);
create unique index account_id on account (id);
create unique index account_oidc on account (oidc_subject);
create index account_town on account (city, town, id);
create index account_enterprise on account (city, enterprise);

create table account_grant (
  id uuid primary key,
  account uuid not null,
  role text not null,
  region text not null,
  sectors jsonb,
  valid_from date not null,
  valid_to date,
  -- a deputy's grant names the person stood in for
  on_behalf uuid,
  document text,
  created_at timestamptz not null,
  created_by uuid not null
);
create index account_grant_account on account_grant (account);
create index account_grant_region on account_grant (region);

create table session (
  hash text primary key,
  id uuid not null,
  account uuid not null,
  csrf text not null,
  address text not null,
  agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_account on session (account);

create table access_token (
  hash text primary key,
  id uuid not null,
  account uuid not null,
  name text not null,
  operations jsonb,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null
);
create index access_token_account on access_token (account);

-- Tries to sign in from one address, so that guessing many names is slow too.
create table sign_in_try (
  address text not null,
  minute bigint not null,
  tries bigint not null,
  primary key (address, minute)
);
