//! `cargo catalog`.

fn main() {}
