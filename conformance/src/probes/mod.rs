//! What is asked to find out whether a rule holds: data and walks that the cases share with other tests of the API. They
//! know neither who asks nor how.

pub mod filters;
pub mod pages;
pub mod paths;
