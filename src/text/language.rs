//! Which language a text is in.

use whatlang::{Detector, Lang};

/// Fewer characters than this are too few to guess from.
const ENOUGH: usize = 80;

/// The language as an ISO 639-1 code, detected from the text where there is enough of it and the guess is sure, else
/// the declared one without its region (`de` of `de-AT`).
pub fn of(text: &str, declared: Option<&str>) -> Option<String> {
    let declared = declared.map(|tag| tag.split(['-', '_']).next().unwrap_or(tag).trim().to_ascii_lowercase());
    let declared = declared.filter(|code| (2..=3).contains(&code.len()));
    if text.chars().take(ENOUGH).count() < ENOUGH {
        return declared;
    }
    let start: String = text.chars().take(4000).collect();
    let detected = Detector::new().detect(&start).filter(whatlang::Info::is_reliable);
    detected.and_then(|info| code(info.lang())).map(str::to_owned).or(declared)
}

/// ISO 639-1 of the languages that bloggers were met in.
fn code(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Tur => "tr",
        Lang::Ell => "el",
        Lang::Ara => "ar",
        Lang::Heb => "he",
        Lang::Pes => "fa",
        Lang::Hin => "hi",
        Lang::Ind => "id",
        Lang::Vie => "vi",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_believed_over_what_it_declares() {
        let german =
            "Das Mehl kommt aus einer kleinen Mühle, die seit drei Generationen am selben Bach steht und mahlt.";
        assert_eq!(of(german, Some("en-US")).as_deref(), Some("de"));
        assert_eq!(of("short", Some("en-US")).as_deref(), Some("en"));
        assert_eq!(of("short", None), None);
    }
}
