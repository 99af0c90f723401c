//! Words in dates: months in the languages of blogs, zones, halves of the day.

/// The months by a word that [`month`] knows, for those that are only counted.
pub(super) const MONTH_NAMES: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How each month begins, in the languages of Europe and the Caucasus, and in Turkish, Indonesian, Malay, Filipino,
/// Arabic, Persian, Hebrew, Hindi, Thai and Chinese, as far as they differ.
const MONTHS: [&str; 12] = [
    "jan jän ene gen sty led tam oca ian sije jaan sau ocak янв яну јан січ ιαν يناير ינו 一月 xan urt ean ion студ جان ژانو มกรา जन იან հունվ",
    "feb fév fev lut úno hel şub velj veeb vas фев феб лют φεβ فبر פבר 二月 peb shk chwe فيف شبا فور กุมภา फ თებ փետ",
    "mar mär mrz maa mrt márc bře ožu kov мар бер μαρ μάρ مارس מרץ 三月 mac martx mawr сак آذا มีนา मार მარ մար",
    "apr abr avr kwi dub ápr huh nis tra bal апр кві απρ أبر אפר 四月 prill ebr крас ابر إبر نيس آور เมษา अप აპრ ապր",
    "may mai maí mei maj mag kvě máj tou svi geg мая май мај тра μαϊ μάι μαΐ ماي מאי 五月 maig bealt трав أيا ايا พฤษภา मई მაი մայ",
    "jun juin giu cze červen června jún jūn kes haz iun lipn lipanj juun bir июн юни јун чер ιουν ιούν يوني יוני 六月 čvn xuñ eka huny qer meith meh чэр حزي جوا ژوئن มิถุนา जून ივნ հունի",
    "jul juil lug lip červenec července júl jūl hei tem iul srpnj srpanj juul lie июл юли јул лип ιουλ ιούλ يولي יולי 七月 čvc xul uzt huly korr iúil gorf ліп تمو جوي ژوئی جولا กรกฎา जुल ივლ հուլ",
    "aug aoû aou ago agu ágú sie srp elo ağu kolo rugp авг сер αυγ αύγ أغس אוג 八月 avg abu ogo gusht lún awst жні آب اغس أوت اوت สิงหา अगस აგვ օգո",
    "sep set wrz zář szep syy eyl ruj rugs сен сеп вер σεπ سبت ספט 九月 ira shta medi أيل ايل กันยา सित სექ սեպ",
    "oct okt ott out paź paz říj loka eki spa окт жов οκτ أكت אוק 十月 urr tet hyd кас اكت اکت ตุลา अक ოქტ հոկ",
    "nov nóv lis marr kas noi stu lap ноя ное лис νοε نوف נוב 十一月 aza nën nob samh tach нов ліст نوا พฤศจิกา नव ნოე նոյ",
    "dec dez dic déc des gru pro jou ara dets дек дец гру δεκ ديس דצמ 十二月 dis abe dhje nol rhag снеж дез دسا ธันวา दिस დეკ դեկ",
];

/// The month, 1 to 12, that a word in lower case means. The longest beginning that fits counts: "juillet" is no "jui".
pub(super) fn month(word: &str) -> Option<u32> {
    let months = MONTHS.iter().zip(1..).flat_map(|(starts, month)| starts.split(' ').map(move |start| (start, month)));
    let found = |word: &str| {
        let fitting = months.clone().filter(|(start, _)| word.starts_with(start));
        fitting.max_by_key(|(start, _)| start.len()).map(|(_, month)| month)
    };
    // Hebrew writes "in January" as one word.
    found(word).or_else(|| found(word.strip_prefix('ב')?))
}

/// Zones by their minutes from UTC. Where letters mean several, the commonest among feeds is here.
const ZONES: [(i64, &str); 28] = [
    (-600, "hst"),
    (-540, "akst"),
    (-480, "pst akdt pt"),
    (-420, "pdt mst mt"),
    (-360, "cst mdt ct"),
    (-300, "est cdt et cot pet"),
    (-240, "edt ast at clt vet"),
    (-210, "nst"),
    (-180, "adt brt art uyt clst"),
    (-150, "ndt"),
    (0, "z ut utc gmt wet"),
    (60, "west bst cet mez met wat"),
    (120, "cest mesz mest eet sast cat"),
    (180, "eest msk idt eat trt"),
    (210, "irst"),
    (240, "msd gst"),
    (300, "pkt"),
    (330, "ist"),
    (345, "npt"),
    (420, "wib ict"),
    (480, "hkt sgt awst pht myt wita"),
    (540, "jst kst wit"),
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
            ("avgust", 8),
            ("јун", 6),
            ("ліпеня", 7),
            ("липня", 7),
            ("نيسان", 4),
            ("जून", 6),
            ("qershor", 6),
        ] {
            assert_eq!(month(word), Some(number), "{word}");
        }
        assert_eq!((month("thu"), month("mittwoch"), month("samstag"), month("")), (None, None, None, None));
    }

    #[test]
    fn zones_have_their_offsets() {
        for (word, hours) in [("est", -5), ("utc", 0), ("cest", 2), ("jst", 9)] {
            assert_eq!(zone(word), Some(hours * 3600), "{word}");
        }
        assert_eq!(zone("x"), None);
    }
}
