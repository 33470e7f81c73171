//! The operations of this crate, each group in its own module; this one only names them.

mod admin;
mod deputies;
mod engagements;
mod factors;
mod session;
mod setup;
mod sign_on;
mod tokens;
mod why;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

pub(crate) use engagements::engaged;
pub use engagements::{Engagement, LIST as LIST_ENGAGEMENTS};

/// What concerns intermediaries' engagements.
pub const ENGAGEMENTS: &[&kernel::Power] = &[&engagements::LIST, &engagements::CREATE, &engagements::END];

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(setup::find_setup, setup::create_setup))
        .routes(routes!(
            session::find_session,
            session::create_session,
            session::update_session,
            session::delete_session
        ))
        .routes(routes!(factors::change_password))
        .routes(routes!(session::list_sessions))
        .routes(routes!(session::revoke_session))
        .routes(routes!(factors::create_totp, factors::confirm_totp, factors::delete_totp))
        .routes(routes!(sign_on::find_sign_on, sign_on::create_sign_on, sign_on::delete_sign_on))
        .routes(routes!(sign_on::create_sign_on_session))
        .routes(routes!(deputies::list_own_deputies, deputies::create_own_deputy))
        .routes(routes!(deputies::delete_own_deputy))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::delete_token))
        .routes(routes!(why::explain_power))
        .routes(routes!(why::list_powers))
        .routes(routes!(engagements::list_engagements))
        .routes(routes!(engagements::create_engagement))
        .routes(routes!(engagements::end_engagement))
        .merge(admin::router())
        .routes(routes!(deputies::create_deputy))
        .routes(routes!(deputies::delete_deputy))
}
