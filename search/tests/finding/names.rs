//! Titles that are made from the names of files.

use crate::{find_each_other, found, query, titled, titles};

#[test]
fn words_in_camel_case_find_what_is_written_apart() {
    for titles in [
        &[
            "DoorSlam",
            "doorSlam",
            "Door slam",
            "Doorslam",
            "door-slam",
            "DOORSLAM",
        ][..],
        &["DoorSlam02", "Door slam 02", "doorslam02", "Door_Slam_02"],
        &["ForestAmbienceDay", "Forest ambience day", "forest_ambienceDay"],
        &["USBStick", "USB stick", "usbstick", "usb-stick"],
        &[
            "PlayStation5",
            "PlayStation 5",
            "Playstation 5",
            "Play station 5",
            "playstation5",
        ],
        &["McDonald", "Mc Donald", "mcdonald"],
        &["LaTeX", "La TeX", "latex"],
        &["iPhone", "i-Phone", "iphone"],
        &["eBike", "e bike", "E-bike", "ebike"],
        &["TR808", "TR 808", "tr-808", "tr808"],
        &["808Kick", "808 kick", "808kick"],
        &["ДверьСкрип", "Дверь скрип", "дверьскрип"],
    ] {
        find_each_other(titles);
    }
}

#[test]
fn names_of_files_are_found_by_their_words() {
    let all = [
        "SFX_DoorSlam02",
        "DoorSlam_v2",
        "ForestAmbienceDay",
        "amb_forestDay01",
        "USBStick",
        "mp3 jingle",
    ];
    for (text, best) in [
        ("door slam", &["DoorSlam_v2", "SFX_DoorSlam02"][..]),
        ("doorslam", &["DoorSlam_v2", "SFX_DoorSlam02"]),
        ("slam door", &["DoorSlam_v2", "SFX_DoorSlam02"]),
        ("slams", &["DoorSlam_v2", "SFX_DoorSlam02"]),
        ("doorsl", &["DoorSlam_v2", "SFX_DoorSlam02"]),
        ("ambience", &["ForestAmbienceDay"]),
        ("forest ambience", &["ForestAmbienceDay", "amb_forestDay01"]),
        ("forest day", &["amb_forestDay01", "ForestAmbienceDay"]),
        ("day forest", &["ForestAmbienceDay", "amb_forestDay01"]),
        ("forestday", &["amb_forestDay01"]),
        ("stick", &["USBStick"]),
        ("mp3", &["mp3 jingle"]),
    ] {
        let mut found = found(&all, text);
        if !text.starts_with("forest") {
            found.sort_unstable();
        }
        assert_eq!(found, best, "{text}");
    }
    for title in all {
        assert_eq!(found(&all, title)[0], title);
        assert_eq!(found(&all, &title.to_lowercase())[0], title);
    }
}

#[test]
fn case_makes_no_other_words() {
    let titles = ["DVDs", "MHz", "dBFS", "PhD", "RAIN", "Rain", "雨Rain"];
    for (text, best) in [
        ("dvd", "DVDs"),
        ("mhz", "MHz"),
        ("dbfs", "dBFS"),
        ("phd", "PhD"),
        ("雨", "雨Rain"),
    ] {
        assert_eq!(found(&titles, text), [best], "{text}");
    }
    assert_eq!(found(&titles, "rain").len(), 3);
    assert_eq!(found(&["iPhone", "Else"], "i phone"), ["iPhone"]);
    assert!(found(&["LEDs", "Hz"], "ds").is_empty());
    assert!(found(&["mp3"], "3").is_empty());
}

#[test]
fn names_are_found_in_descriptions_and_left_out() {
    let mut sounds = titled(&["A", "DoorSlam01", "C"]);
    sounds[0].description = Some("From SFX-DoorSlam02-Heavy".to_owned());
    assert_eq!(titles(&sounds, &query("slam")), ["DoorSlam01", "A"]);
    assert_eq!(titles(&sounds, &query("doorslam02"))[0], "A");
    for text in ["-slam", "-DoorSlam01 -doorslam02"] {
        assert_eq!(titles(&sounds, &query(text)), ["C"], "{text}");
    }
}

#[test]
fn a_title_in_another_case_is_the_whole_title() {
    let all = ["DoorSlam heavy", "Door slam heavy DoorSlam heavy"];
    assert_eq!(found(&all, "doorslam heavy")[0], all[0]);
    let long = "WhooshHeavyImpactMetalDoorSlamReverbLongTail01";
    assert_eq!(found(&[long], &long.to_lowercase()), [long]);
}

#[test]
fn dimensions_are_one() {
    find_each_other(&["4x4 jeep", "4×4 jeep", "4 x 4 jeep", "4 × 4 jeep"]);
    assert_eq!(found(&["4x4", "4 x 4 x 4", "Take 4"], "4 X 4")[..1], ["4x4"]);
    assert_eq!(found(&["Take 2 x rain", "Else"], "rain 2x"), ["Take 2 x rain"]);
}
