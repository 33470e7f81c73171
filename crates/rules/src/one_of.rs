//! One of several fixed words: an enum whose storage word, Chinese label and schema are written once.

/// Declares an enum of choices. In JSON a choice is its code, its Chinese label or one of the other words in brackets; it is written
/// as its code.
#[macro_export]
macro_rules! one_of {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:tt $label:tt $(($($alias:literal),+))?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
        )]
        pub enum $name {
            $(
                #[doc = $label]
                #[serde(rename = $code)]
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

            fn other_words(self) -> &'static [&'static str] {
                match self { $($name::$variant => &[$($($alias),+)?]),* }
            }

            /// The Chinese name.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let said = text.trim();
                $name::ALL.iter().copied().find(|own| own.code() == said || own.label() == said || own.other_words().contains(&said)).ok_or_else(|| {
                    let known: Vec<String> =
                        $name::ALL.iter().map(|own| format!("{}（{}）", own.label(), own.code())).collect();
                    serde::de::Error::custom(format!("没有“{said}”这一项，可选：{}", known.join("、")))
                })
            }
        }
    };
}
