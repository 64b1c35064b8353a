//! Which words find which sounds. Each case has sounds of its own in one catalogue, told apart by a tag.

use std::fmt::Write as _;

use serde_json::Value;

use crate::catalog::Catalogue;
use crate::lists::query;
use crate::world::{Machine, Person};

/// A query, and what it finds.
type Asked = (&'static str, &'static str);

/// Sounds, and queries that each find all of them, in any order.
const SAME: &[(&[&str], &[&str])] = &[
    // Letters with points or hyphens, and without: also where another title has the word so.
    (&["X-ray machine", "Xray film"], &["xray", "x-ray", "X ray"]),
    (&["E-bike passing", "Ebike bell"], &["ebike", "E-bike", "e bike"]),
    (&["E-mail alert", "Email sent"], &["email", "e-mail"]),
    (&["A-ha moment", "Aha idea"], &["aha", "a-ha"]),
    (
        &["U.S.A. anthem", "USA crowd"],
        &["usa", "u.s.a.", "U.S.A", "U S A"],
    ),
    (&["S.O.S. morse", "SOS beacon"], &["sos", "s.o.s."]),
    (&["T.V. news", "TV zapping"], &["tv", "t.v."]),
    (
        &["T-Rex roar", "T. Rex steps", "TRex growl"],
        &["trex", "t-rex", "t rex"],
    ),
    (&["F-16 jet", "F16 canopy"], &["f16", "f-16", "F 16"]),
    // Thousands.
    (&["1,000 cheers", "1000 cranes"], &["1000", "1,000"]),
    (
        &["1,000 Hz tone", "1000 Hz beep", "Bleep 1000Hz"],
        &["1000hz", "1,000 hz", "1000 Hz", "1,000Hz"],
    ),
    // Two words, and any number of them.
    (
        &["Kick drum dry", "Kickdrum wet", "Kick-drum room"],
        &["kickdrum", "kick drum", "kick-drum"],
    ),
    (&["Wi-Fi router", "Wifi hum"], &["wifi", "wi-fi", "wi fi"]),
    (
        &["Merry-go-round ride", "Merry go round bell", "Merrygoround organ"],
        &["merrygoround", "merry-go-round", "merry go round"],
    ),
    (&["Jack-in-the-box pops"], &["jackinthebox", "jack in the box"]),
    (&["Walkie-talkie call"], &["walkietalkie", "walkie talkie"]),
    (
        &["Doorbell rings", "Door bell chimes"],
        &["doorbell", "door bell"],
    ),
    // Numbers with units.
    (&["Sweep 48kHz", "Noise 48 kHz"], &["48khz", "48 khz", "48kHz"]),
    (&["Tone 12 dB", "Hum 12dB"], &["12db", "12 db"]),
    (&["Beat 120 BPM", "House 120bpm"], &["120bpm", "120 bpm"]),
    (&["9mm pistol", "Rivet 9 mm"], &["9mm", "9 mm"]),
    // Regular forms.
    (&["Bus stop", "Buses leaving"], &["bus", "buses"]),
];

/// One and more of the same. Each finds both, itself first.
const FORMS: &[(&str, &str)] = &[
    ("wolf", "wolves"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("mouse", "mice"),
    ("man", "men"),
    ("woman", "women"),
    ("foot", "feet"),
    ("child", "children"),
    ("goose", "geese"),
    ("tooth", "teeth"),
    ("ox", "oxen"),
    ("calf", "calves"),
    ("hoof", "hooves"),
    ("shelf", "shelves"),
    ("loaf", "loaves"),
    ("thief", "thieves"),
    ("elf", "elves"),
    ("scarf", "scarves"),
    ("wife", "wives"),
    ("life", "lives"),
    ("half", "halves"),
    ("louse", "lice"),
    ("person", "people"),
    ("cactus", "cacti"),
];

/// Sounds, and queries with what they find. `>` stands before what must come later, `|` between what comes in any order,
/// `…` for anything else. Tags stand behind a title in brackets.
const ORDERED: &[(&[&str], &[Asked])] = &[
    // Words that are no compound when they are joined.
    (
        &["Together again", "To get her attention"],
        &[("together", "Together again")],
    ),
    (
        &["Therapist office", "The rapist is sentenced"],
        &[("therapist", "Therapist office")],
    ),
    (
        &["Pen island ferry", "Island hopping"],
        &[("pen island", "Pen island ferry > …")],
    ),
    // Other titles of the same catalogue have these words: the one that is written so comes first.
    (
        &["Xylo phone", "Xylophone"],
        &[
            ("xylophone", "Xylophone > Xylo phone"),
            ("xylo phone", "Xylo phone > Xylophone"),
        ],
    ),
    // Synonyms, below what has the word itself.
    (
        &[
            "Airplane cabin",
            "Aeroplane cabin",
            "Plane cabin",
            "Cabin of wood",
        ],
        &[
            ("airplane", "Airplane cabin > Aeroplane cabin | Plane cabin"),
            ("aeroplane", "Aeroplane cabin > Airplane cabin | Plane cabin"),
            ("plane", "Plane cabin > Aeroplane cabin | Airplane cabin"),
            ("airplanes", "Airplane cabin > Aeroplane cabin | Plane cabin"),
            (
                "airplane cabin",
                "Airplane cabin > Aeroplane cabin | Plane cabin > Cabin of wood",
            ),
        ],
    ),
    (
        &["Gas station", "Petrol station", "Petrol spill"],
        &[
            ("gas station", "Gas station > Petrol station > …"),
            ("petrol station", "Petrol station > Gas station > …"),
        ],
    ),
    (
        &["Telly zaps", "Tell a joke"],
        &[("tv set", "Telly zaps"), ("television", "Telly zaps")],
    ),
    // What is left out.
    (
        &[
            "Rain on a roof",
            "Rain and thunder",
            "Rain again [loop]",
            "Rain thundering [Loop, wet]",
        ],
        &[
            ("rain -thunder", "Rain on a roof | Rain again"),
            ("-thunder rain", "Rain on a roof | Rain again"),
            ("rain -tag:loop", "Rain on a roof | Rain and thunder"),
            ("rain -tag:LOOP -thunder", "Rain on a roof"),
            ("rain -wet", "Rain on a roof | Rain and thunder | Rain again"),
            // A hyphen inside or by itself leaves nothing out.
            ("rain-thunder", "Rain and thunder | Rain thundering > …"),
            ("rain - thunder", "Rain and thunder | Rain thundering > …"),
        ],
    ),
    (
        &[
            "Door slam [sci-fi]",
            "Door creak [scifi]",
            "Door bang [Sci Fi]",
            "Door knock",
        ],
        &[
            ("door -tag:sci-fi", "Door knock"),
            ("door -tag:scifi", "Door knock"),
        ],
    ),
    // Symbols and emoji, with and without the mark that makes an emoji of a symbol.
    (
        &[
            "♥ beats",
            "❤\u{fe0f} like",
            "🐶 puppy",
            "☎ bell",
            "★ star",
            "€ till",
            "→ swipe",
            "👩\u{200d}🚀 walk",
            "🇺🇸 parade",
        ],
        &[
            ("♥", "♥ beats"),
            ("♥\u{fe0f}", "♥ beats"),
            ("❤", "❤\u{fe0f} like"),
            ("❤\u{fe0f}", "❤\u{fe0f} like"),
            ("🐶", "🐶 puppy"),
            ("☎", "☎ bell"),
            ("☎\u{fe0f}", "☎ bell"),
            ("★", "★ star"),
            ("€", "€ till"),
            ("→", "→ swipe"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀 walk > …"),
            ("🇺🇸", "🇺🇸 parade"),
            ("puppy 🐶", "🐶 puppy"),
        ],
    ),
    (
        &["C++ build", "C# minor", "C clef"],
        &[
            ("C++", "C++ build > …"),
            ("C#", "C# minor > …"),
            ("c clef", "C clef > …"),
        ],
    ),
    (
        &["50% off", "50 Hz hum"],
        &[("50%", "50% off > …"), ("50 hz", "50 Hz hum > …")],
    ),
    (&["Sound #1", "Sound 1 of 9"], &[("#1", "Sound #1 > …")]),
    // Other numbers with the same unit.
    (
        &["Sine 44.1 kHz", "Sine 441 kHz"],
        &[("44.1khz", "Sine 44.1 kHz > …"), ("441 khz", "Sine 441 kHz > …")],
    ),
];

/// Tags that are one tag, each of a sound of its own.
const ONE_TAG: [&str; 3] = ["zz-wind", "zzwind", "ZZ Wind"];

/// Groups of words that mean the same.
const SYNONYMS: &[&[&str]] = &[
    &["airplane", "aeroplane", "plane"],
    &["gas station", "petrol station"],
    &["tv set", "television", "telly"],
];

/// A case: its sounds, each with its tags, and what each query finds.
struct Case {
    sounds: Vec<(String, Vec<String>)>,
    asked: Vec<(String, String)>,
}

fn case(titles: &[&str], asked: Vec<(String, String)>) -> Case {
    let sound = |written: &&str| {
        let (title, tags) = written.split_once(" [").unwrap_or((written, ""));
        let tags = tags
            .trim_end_matches(']')
            .split(", ")
            .filter(|tag| !tag.is_empty());
        (title.to_owned(), tags.map(str::to_owned).collect())
    };
    Case {
        sounds: titles.iter().map(sound).collect(),
        asked,
    }
}

fn cases() -> Vec<Case> {
    let same = SAME.iter().map(|(titles, queries)| {
        let all = titles.join(" | ");
        case(
            titles,
            queries
                .iter()
                .map(|query| ((*query).to_owned(), all.clone()))
                .collect(),
        )
    });
    let forms = FORMS.iter().map(|(one, more)| {
        let titles = [one, more].map(|word| format!("Hush {word}"));
        let asked = vec![
            ((*one).to_owned(), titles.join(" > ")),
            ((*more).to_owned(), format!("{} > {}", titles[1], titles[0])),
        ];
        case(&titles.each_ref().map(String::as_str), asked)
    });
    let ordered = ORDERED.iter().map(|(titles, asked)| {
        let asked = asked
            .iter()
            .map(|(query, found)| ((*query).to_owned(), (*found).to_owned()));
        case(titles, asked.collect())
    });
    same.chain(forms).chain(ordered).collect()
}

/// The tag of a case. No word is like it.
fn tag(case: usize) -> String {
    format!("zzqq{case:03}")
}

/// The titles that a query finds, the best first.
#[track_caller]
fn found(kate: &Person<'_>, parameters: &[(&str, String)]) -> Vec<String> {
    let page = kate
        .get(&format!("/v1/sounds/search?limit=100&{}", query(parameters)))
        .expect(200);
    let titles = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sound| &sound["title"]);
    titles
        .map(|title: &Value| title.as_str().unwrap().to_owned())
        .collect()
}

/// Whether what is found is what is expected.
fn is_as_expected(found: &[String], expected: &str) -> bool {
    let mut rest = found;
    for tier in expected.split(" > ") {
        if tier == "…" {
            return true;
        }
        let mut titles: Vec<_> = tier.split(" | ").collect();
        let Some((first, others)) = rest.split_at_checked(titles.len()) else {
            return false;
        };
        let mut first: Vec<_> = first.iter().map(String::as_str).collect();
        first.sort_unstable();
        titles.sort_unstable();
        if first != titles {
            return false;
        }
        rest = others;
    }
    rest.is_empty()
}

#[test]
fn words_find_what_people_mean() {
    let machine = Machine::start(|_| ());
    let cases = cases();
    let mut sounds = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        for (title, tags) in &case.sounds {
            let tags = tags.iter().cloned().chain([tag(number)]);
            sounds.push((title.clone(), tags.collect()));
        }
    }
    for tag in ONE_TAG {
        sounds.push((format!("Gale {tag}"), vec![tag.to_owned()]));
    }
    Catalogue::titled(sounds, SYNONYMS).publish(&machine.local);
    let kate = machine.person("sounds.words");
    let mut failures = String::new();
    for (number, case) in cases.iter().enumerate() {
        for (asked, expected) in &case.asked {
            let found = found(&kate, &[("query", asked.clone()), ("tag", tag(number))]);
            if !is_as_expected(&found, expected) {
                writeln!(failures, "`{asked}` finds {found:?}, not {expected}").unwrap();
            }
        }
    }
    for tag in ONE_TAG {
        let found = found(&kate, &[("query", "gale".to_owned()), ("tag", tag.to_owned())]);
        if found.len() != ONE_TAG.len() {
            writeln!(failures, "with the tag {tag} there are {found:?}").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn expectations_say_the_order() {
    let found = ["a", "b", "c"].map(str::to_owned);
    for (expected, is_met) in [
        ("a > b > c", true),
        ("b | a > c", true),
        ("a > …", true),
        ("a > c > b", false),
        ("c > …", false),
        ("a | b", false),
        ("a | b | c | d", false),
    ] {
        assert_eq!(is_as_expected(&found, expected), is_met, "{expected}");
    }
}
