//! Words in dates: months in the languages of blogs, zones, halves of the day.

/// The months by a word that [`month`] knows, for those that are only counted.
pub(super) const MONTH_NAMES: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How each month begins, in the languages of Europe, and in Turkish, Indonesian, Arabic, Hebrew and Chinese, as far as
/// they differ.
const MONTHS: [&str; 12] = [
    "jan jän ene gen sty led tam oca ian sije jaan sau ocak янв яну јан січ ιαν يناير ינו 一月",
    "feb fév fev lut úno hel şub velj veeb vas фев феб лют φεβ فبر פבר 二月",
    "mar mär mrz maa mrt márc bře ožu kov мар бер μαρ μάρ مارس מרץ 三月",
    "apr abr avr kwi dub ápr huh nis tra bal апр кві απρ أبر אפר 四月",
    "may mai maí mei maj mag kvě máj tou svi geg мая май мај тра μαϊ μάι μαΐ ماي מאי 五月",
    "jun juin giu cze červen června jún jūn kes haz iun lipn lipanj juun bir июн юни јун чер ιουν ιούν يوني יוני 六月",
    "jul juil lug lip červenec července júl jūl hei tem iul srpnj srpanj juul lie июл юли јул лип ιουλ ιούλ يولي יולי 七月",
    "aug aoû aou ago agu ágú sie srp elo ağu kolo rugp авг сер αυγ αύγ أغس אוג 八月",
    "sep set wrz zář szep syy eyl ruj rugs сен сеп вер σεπ سبت ספט 九月",
    "oct okt ott out paź paz říj loka eki spa окт жов οκτ أكت אוק 十月",
    "nov nóv lis marr kas noi stu lap ноя ное лис νοε نوف נוב 十一月",
    "dec dez dic déc des gru pro jou ara dets дек дец гру δεκ ديس דצמ 十二月",
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
    (-480, "pst akdt pt"),
    (-420, "pdt mst mt"),
    (-360, "cst mdt ct"),
    (-300, "est cdt et"),
    (-240, "edt ast at"),
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
            ("února", 2),
            ("červenec", 7),
            ("srpna", 8),
            ("srpnja", 7),
            ("十一月", 11),
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
