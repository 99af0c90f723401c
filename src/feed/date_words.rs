//! Words in dates: months in the languages of blogs, zones, halves of the day.

/// How each month begins, in English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic languages, Polish,
/// Czech, Hungarian, Finnish, Turkish, Russian and Greek, as far as they differ.
const MONTHS: [&str; 12] = [
    "jan jän ene gen sty led tam oca янв ιαν",
    "feb fév fev lut úno hel şub фев φεβ",
    "mar mär mrz maa mrt márc bře мар μαρ μάρ",
    "apr abr avr kwi dub ápr huh nis апр απρ",
    "may mai mei maj mag kvě máj tou мая май μαϊ μάι",
    "jun juin giu cze červen jún kes haz июн ιουν ιούν",
    "jul juil lug lip července júl hei tem июл ιουλ ιούλ",
    "aug aoû aou ago sie srp elo ağu авг αυγ αύγ",
    "sep set wrz zář szep syy eyl сен σεπ",
    "oct okt ott out paź říj loka eki окт οκτ",
    "nov lis marr kas ноя νοε",
    "dec dez dic déc des gru pro jou ara дек δεκ",
];

/// The month, 1 to 12, that a word in lower case means. The longest beginning that fits counts: "juillet" is no "jui".
pub(super) fn month(word: &str) -> Option<u32> {
    let months = MONTHS.iter().zip(1..).flat_map(|(starts, month)| starts.split(' ').map(move |start| (start, month)));
    months.filter(|(start, _)| word.starts_with(start)).max_by_key(|(start, _)| start.len()).map(|(_, month)| month)
}

/// Zones by their minutes from UTC. Where letters mean several, the commonest among feeds is here.
const ZONES: [(i64, &str); 25] = [
    (-600, "hst"),
    (-540, "akst"),
    (-480, "pst akdt"),
    (-420, "pdt mst"),
    (-360, "cst mdt"),
    (-300, "est cdt"),
    (-240, "edt ast"),
    (-180, "adt brt art"),
    (-150, "ndt"),
    (0, "z ut utc gmt wet"),
    (60, "west bst cet mez met"),
    (120, "cest mesz mest eet sast"),
    (180, "eest msk"),
    (240, "msd gst"),
    (300, "pkt"),
    (330, "ist"),
    (420, "wib ict"),
    (480, "hkt sgt awst"),
    (540, "jst kst"),
    (570, "acst"),
    (600, "aest"),
    (630, "acdt"),
    (660, "aedt"),
    (720, "nzst"),
    (780, "nzdt"),
];

/// Seconds from UTC of a zone's name in lower case.
pub(super) fn zone(word: &str) -> Option<i64> {
    ZONES.iter().find(|(_, names)| names.split(' ').any(|name| name == word)).map(|(minutes, _)| minutes * 60)
}

/// Whether a word says that it is after noon; `None` if it says nothing about that.
pub(super) fn afternoon(word: &str) -> Option<bool> {
    match word {
        "pm" | "오후" | "午後" | "下午" => Some(true),
        "am" | "오전" | "午前" | "上午" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_their_beginnings() {
        for (word, number) in [
            ("january", 1),
            ("janvier", 1),
            ("märz", 3),
            ("mars", 3),
            ("marraskuuta", 11),
            ("mai", 5),
            ("maaliskuuta", 3),
            ("juin", 6),
            ("juillet", 7),
            ("sept", 9),
            ("październik", 10),
            ("декабря", 12),
        ] {
            assert_eq!(month(word), Some(number), "{word}");
        }
        assert_eq!((month("thu"), month("mittwoch"), month("")), (None, None, None));
    }

    #[test]
    fn zones_have_their_offsets() {
        for (word, hours) in [("est", -5), ("utc", 0), ("cest", 2), ("jst", 9)] {
            assert_eq!(zone(word), Some(hours * 3600), "{word}");
        }
        assert_eq!(zone("x"), None);
    }
}
