//! The rows of accounts, grants and sessions.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// A person's or an enterprise's account.
    pub struct Account in "account" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division the account belongs to: it is kept by the administrators of that tier and above.
        pub town: String,
        /// Name to sign in with.
        pub login: String,
        /// Name of the person.
        pub name: String,
        /// `officer`, `enterprise` or `intermediary`.
        pub kind: String,
        /// Agency of an officer.
        pub agency: Option<Uuid>,
        /// Enterprise an enterprise account is bound to.
        pub enterprise: Option<Uuid>,
        /// Phone.
        pub phone: Option<String>,
        /// E-mail.
        pub email: Option<String>,
        /// Argon2id hash (PHC string).
        pub password: Option<String>,
        /// When the password was set, UTC.
        pub password_at: Option<DateTime<Utc>>,
        /// Whether it must be changed before anything else.
        pub must_change_password: bool,
        /// Secret of the second factor.
        pub totp_secret: Option<String>,
        /// Last step of the second factor that was used.
        pub totp_step: Option<i64>,
        /// Subject at the sign-on provider.
        pub oidc_subject: Option<String>,
        /// Failures to sign in since the last success.
        pub failures: i64,
        /// Locked until, UTC.
        pub locked_until: Option<DateTime<Utc>>,
        /// Whether the account is out of use.
        pub disabled: bool,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// A role in a region.
    pub struct GrantRow in "account_grant" {
        /// Id.
        pub id: Uuid,
        /// Who holds it.
        pub account: Uuid,
        /// Role.
        pub role: String,
        /// Where.
        pub region: String,
        /// Only these sectors.
        pub sectors: Option<Json<Value>>,
        /// First day.
        pub valid_from: NaiveDate,
        /// First day it no longer counts.
        pub valid_to: Option<NaiveDate>,
        /// Number of the delegation deed or order.
        pub document: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
    }
}

db::table! {
    /// A signed-in browser. The token itself is only in the cookie.
    pub struct SessionRow in "session" {
        /// SHA-256 of the token.
        pub hash: String,
        /// Id.
        pub id: Uuid,
        /// Whose.
        pub account: Uuid,
        /// Value that writes must repeat in a header.
        pub csrf: String,
        /// Network address at sign-in.
        pub address: String,
        /// Browser at sign-in.
        pub agent: String,
        /// When, UTC.
        pub created_at: DateTime<Utc>,
        /// Last seen, UTC, to the minute.
        pub seen_at: DateTime<Utc>,
        /// When it ends in any case, UTC.
        pub expires_at: DateTime<Utc>,
        /// The person it stands in for.
        pub on_behalf: Option<Uuid>,
        /// Where the browser goes after signing out, for a session that a provider opened.
        pub sign_out_url: Option<String>,
    }
}

db::table! {
    /// Who stands in for whom.
    pub struct DeputyRow in "deputy" {
        /// Id.
        pub id: Uuid,
        /// The person stood in for.
        pub principal: Uuid,
        /// The deputy.
        pub account: Uuid,
        /// First day.
        pub valid_from: NaiveDate,
        /// First day it no longer counts.
        pub valid_to: NaiveDate,
        /// Number of the order.
        pub document: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
    }
}

db::table! {
    /// A program's access to what its owner may, or less. The token itself is shown once and kept nowhere.
    pub struct TokenRow in "access_token" {
        /// SHA-256 of the token.
        pub hash: String,
        /// Id.
        pub id: Uuid,
        /// Whose.
        pub account: Uuid,
        /// What it is for.
        pub name: String,
        /// Operations it is limited to.
        pub operations: Option<Json<Value>>,
        /// When it ends, UTC.
        pub expires_at: DateTime<Utc>,
        /// Last used, UTC, to the hour.
        pub used_at: Option<DateTime<Utc>>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
    }
}
