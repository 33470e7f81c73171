//! What the search box finds of the register.

use futures::FutureExt;
use kernel::Scope;
use search::{Finding, Found, MOST};
use web::App;

use crate::{derived::KIND, store};

/// Enterprises by any part of what people remember; the list shows those that are more.
pub const FINDER: search::Finder = search::Finder { kind: KIND, label: "企业", find };

fn find(app: App, scope: Scope, text: String) -> Finding {
    async move {
        let rows = if store::code_range(&text).is_some() {
            let filter = store::Filter { q: Some(text.clone()), ..store::Filter::default() };
            store::list(&app.db, &scope, &filter, Some("name"), None, MOST as u32).await?
        } else {
            let hits = search::find(&app.db, &scope, KIND, &text, 2 * MOST as i64).await?;
            let keys: Vec<_> = hits.into_iter().map(|hit| (hit.city, hit.id)).collect();
            let mut rows = store::some(&app.db, &scope, &keys).await?;
            // what begins so first, then the shorter name
            let key = rules::name::fold(&text);
            rows.sort_by_cached_key(|row| {
                let name = rules::name::fold(&row.name);
                (name.find(&key).unwrap_or(usize::MAX), name.chars().count(), name)
            });
            rows
        };
        let more = rows.len() > MOST;
        let found = rows.into_iter().take(MOST).map(|row| Found {
            region: region::divisions::full_name(&row.town),
            subtitle: row.address.or(row.registered_address).unwrap_or_default(),
            city: row.city,
            id: row.id,
            enterprise: row.id,
            section: None,
            title: row.name,
        });
        Ok((found.collect(), more))
    }
    .boxed()
}
