-- Deputies, acting on behalf, sign-on by a provider, intermediaries' engagements. Local tables, but for `engagement`.

-- Who stands in for whom, from a day and until a day. It gives what the person's own grants give on the day, so that it never outlives
-- or outgrows them and cannot be passed on.
alter table account_grant drop column on_behalf;
create table deputy (
  id uuid primary key,
  principal uuid not null,
  account uuid not null,
  valid_from date not null,
  valid_to date not null,
  document text,
  created_at timestamptz not null,
  created_by uuid not null
);
create index deputy_principal on deputy (principal);
create index deputy_account on deputy (account);

-- the person a session or a job stands in for
alter table session add column on_behalf uuid;
alter table job add column on_behalf uuid;

-- where the browser goes after signing out of a session that a provider opened
alter table session add column sign_out_url text;

-- A sign-on at the provider that has begun: kept until the browser comes back with the provider's answer.
create table sign_on_try (
  -- SHA-256 of the state and of the browser's own secret
  hash text primary key,
  nonce text not null,
  verifier text not null,
  -- the signed-in account that wants to be linked
  link uuid,
  -- who came back, while the second factor is asked for
  subject text,
  expires_at timestamptz not null
);

create table engagement (
  city text not null,
  id uuid not null,
  town text not null,
  intermediary uuid not null,
  enterprise uuid not null,
  service text not null check (service in ('evaluation', 'testing', 'consulting', 'management', 'training', 'standardization')),
  valid_from date not null,
  valid_to date not null,
  document text,
  created_at timestamptz not null,
  created_by uuid not null,
  updated_at timestamptz not null,
  updated_by uuid not null,
  version bigint not null,
  primary key (city, id)
);
create index engagement_intermediary on engagement (intermediary, valid_to);
create index engagement_enterprise on engagement (city, enterprise, id);
