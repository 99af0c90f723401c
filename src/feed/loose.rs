//! JSON values read as what was meant: a number where text belongs, one thing where a list belongs, or nothing.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::mend::mend;

/// A string, or a number as one; everything else is nothing.
#[derive(Default)]
pub(super) struct Text(pub(super) Option<String>);

impl Text {
    pub(super) fn of(text: &str) -> Self {
        Self(Some(mend(text.to_owned())))
    }

    /// Empty if there is none.
    pub(super) fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

/// What can be read as `T` of a list, or of one that stands alone; everything else is left out.
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Items of one list; what is behind them is not kept.
const MOST: usize = 50_000;

/// A `T`, or `None` where something else stands.
struct Maybe<T>(Option<T>);

/// The visits of values that have no parts, each given to a function.
macro_rules! visit_scalars {
    ($value:ident, $read:expr) => {
        fn visit_str<E: Error>(self, $value: &str) -> Result<Self::Value, E> {
            $read
        }
        fn visit_u64<E: Error>(self, $value: u64) -> Result<Self::Value, E> {
            $read
        }
        fn visit_i64<E: Error>(self, $value: i64) -> Result<Self::Value, E> {
            $read
        }
        fn visit_f64<E: Error>(self, $value: f64) -> Result<Self::Value, E> {
            $read
        }
    };
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    visit_scalars!(value, Ok(Text(Some(mend(value.to_string())))));

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Text, A::Error> {
        pass_over(list).map(|()| Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

struct MaybeVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
    type Value = Maybe<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    visit_scalars!(value, {
        let value: Result<T, E> = T::deserialize(value.into_deserializer());
        Ok(Maybe(value.ok()))
    });

    fn visit_bool<E>(self, _: bool) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }

    fn visit_unit<E>(self) -> Result<Maybe<T>, E> {
        Ok(Maybe(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Maybe<T>, A::Error> {
        pass_over(list).map(|()| Maybe(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Maybe<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| Maybe(Some(value)))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    visit_scalars!(value, {
        let value: Result<T, E> = T::deserialize(value.into_deserializer());
        Ok(List(value.ok().into_iter().collect()))
    });

    fn visit_bool<E>(self, _: bool) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST {
            match list.next_element::<Maybe<T>>()? {
                Some(Maybe(item)) => items.extend(item),
                None => return Ok(List(items)),
            }
        }
        pass_over(list).map(|()| List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<List<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| List(vec![one]))
    }
}

fn pass_over<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MaybeVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_lists_take_what_comes() {
        for (json, text) in
            [("\"x\"", "x"), ("42", "42"), ("1.5", "1.5"), ("true", ""), ("null", ""), ("[[]]", ""), ("{\"a\":1}", "")]
        {
            assert_eq!(serde_json::from_str::<Text>(json).unwrap().text(), text, "{json}");
        }
        for (json, texts) in
            [("[\"a\", 1, []]", vec!["a", "1"]), ("\"a\"", vec!["a"]), ("null", vec![]), ("true", vec![])]
        {
            let list: List<Text> = serde_json::from_str(json).unwrap();
            assert_eq!(list.0.iter().map(Text::text).collect::<Vec<_>>(), texts, "{json}");
        }
    }
}
