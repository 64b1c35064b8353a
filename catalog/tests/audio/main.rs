//! What is measured of sound files: files of all formats, made here and analysed, beside what was put into them.

mod broken;
mod demo;
mod encode;
mod formats;
mod preview;
mod properties;
mod similar;
