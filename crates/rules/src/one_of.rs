//! One of several fixed words: an enum whose storage word, Chinese label and schema are written once.

/// Declares an enum of choices. In JSON a choice is its code or its Chinese label; it is written as its code.
#[macro_export]
macro_rules! one_of {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:tt $label:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $(
                #[doc = $label]
                #[serde(rename = $code, alias = $label)]
                #[schemars(title = $label)]
                $variant,
            )*
        }

        impl $name {
            /// Every choice, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word in tables and JSON.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// The Chinese name.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }
        }
    };
}
