//! The shape of the data that `cargo local` keeps.

use crate::{read, sources};

/// `cargo local` knows nothing of rows, and refuses kept data of another shape.
#[test]
fn the_shape_of_kept_data_rises_with_the_versions_of_rows() {
    let number = |text: &str, before: &str| -> u32 {
        let (_, rest) = text.split_once(before).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let risen: u32 = sources("shared/src/store")
        .into_values()
        .flat_map(|source| {
            let rows = source.split("    const VERSION: u32 = ").skip(1);
            rows.map(|text| number(&format!(" {text}"), " ") - 1)
                .collect::<Vec<_>>()
        })
        .sum();
    let shape = number(&read("local/src/directory.rs"), "const SHAPE: &str = \"");
    assert_eq!(
        shape,
        1 + risen,
        "local/src/directory.rs: write `SHAPE: &str = \"{}\"`",
        1 + risen
    );
}
