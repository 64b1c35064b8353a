//! What is measured of sound files: files of all formats, made here and analysed, beside what was put into them.

#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "a test stops at the first surprise; samples are counted in thousands; what is equal is to be exactly so"
)]

mod broken;
mod build;
mod cases;
mod containers;
mod demo;
mod encode;
mod formats;
mod fuzz;
mod joined;
mod ogg;
mod precision;
mod preview;
mod properties;
mod similar;
