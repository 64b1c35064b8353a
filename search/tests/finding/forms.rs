//! Irregular forms of English words find each other.

use crate::support::label;
use crate::{find_each_other, found, query, titled, titles};

#[test]
fn forms_of_a_word_find_each_other() {
    for forms in [
        "wolf wolves",
        "werewolf werewolves",
        "knife knives",
        "leaf leaves",
        "mouse mice",
        "man men man's men's",
        "woman women",
        "fireman firemen",
        "policewoman policewomen",
        "snowman snowmen",
        "foot feet",
        "child child's children children's",
        "grandchild grandchildren",
        "goose geese",
        "tooth teeth",
        "ox oxen",
        "louse lice",
        "person people",
        "calf calves",
        "half halves",
        "shelf shelves",
        "bookshelf bookshelves",
        "thief thieves",
        "loaf loaves",
        "scarf scarves",
        "hoof hooves",
        "elf elves",
        "wife wives",
        "housewife housewives",
        "life lives",
        "self selves",
        "bus buses",
        "gas gases",
        "lens lenses",
        "quiz quizzes",
        "cactus cacti",
        "fungus fungi",
        "menu menus",
        "dvd dvds",
        "axis axes",
        "blow blew blown",
        "break broke broken",
        "ring rang rung",
        "sing sang sung",
        "run ran running",
        "drive drove driven",
        "fly flew flown",
        "throw threw thrown",
        "eat ate eaten",
        "fall fell fallen",
        "strike struck",
        "shake shook shaken",
        "swing swung",
        "sweep swept",
        "creep crept",
        "weep wept",
        "tear tore torn",
        "write wrote written",
        "speak spoke spoken",
        "wake woke woken",
        "shoot shot shooting",
        "slide slid",
        "spin spun",
        "dig dug",
        "swim swam swum",
        "freeze froze frozen",
        "catch caught",
        "build built",
        "burn burnt",
        "win won",
        "lose lost",
        "find found",
        "panic panicking panicked",
    ] {
        find_each_other(&forms.split(' ').collect::<Vec<_>>());
    }
}

#[test]
fn the_form_of_the_query_comes_first() {
    for (one, other) in [
        ("Wolf", "Wolves"),
        ("Knife", "Knives"),
        ("Ring", "Rang"),
        ("Child", "Children"),
    ] {
        for order in [[one, other], [other, one]] {
            assert_eq!(found(&order, one), [one, other]);
            assert_eq!(found(&order, other), [other, one]);
        }
    }
}

#[test]
fn other_words_stay_apart() {
    for (text, other) in [
        ("see", "Saw"),
        ("leave", "Left"),
        ("grind", "Ground"),
        ("wind", "Wound"),
        ("diving", "Dove"),
        ("leading", "Led"),
        ("die", "Dice"),
    ] {
        let direct = found(&[text, other], text);
        assert_eq!(direct, [text], "{text} finds {other}");
    }
    // `leaves` is a form of both, which are no forms of each other.
    assert_eq!(found(&["He leaves", "A leaf"], "leave"), ["He leaves"]);
    assert_eq!(found(&["Leaving", "Leaves"], "leaf"), ["Leaves"]);
}

#[test]
fn forms_count_in_neighbours_and_tags() {
    assert_eq!(
        found(&["Howl of the wolf", "Wolves howl"], "wolf howling")[0],
        "Wolves howl"
    );
    let mut sounds = titled(&["A"]);
    sounds[0].tags = vec![label("Wild geese")];
    assert_eq!(titles(&sounds, &query("goose")), ["A"]);
}
