//! Fault injection: a layer between the functions and their database makes calls fail that never fail on one machine.
//!
//! Without faults there is no layer: the functions call the database directly.

mod batch;
mod call;
mod connection;
mod environments;
mod fault;
mod injector;
mod layer;
mod reply;
mod spec;
mod torn;
mod view;

pub use call::Call;
pub(crate) use environments::Seat;
pub use fault::{Fault, Moment, Rule};
pub(crate) use injector::Disturbance;
pub use injector::Faults;
pub(crate) use layer::Layer;
pub use spec::{FaultSpec, FaultSpecError};
