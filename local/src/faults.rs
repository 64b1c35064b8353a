//! Fault injection: a layer between the functions and their database makes calls fail that never fail on one machine.
//!
//! Without faults there is no layer: the functions call the database directly.

mod batch;
mod call;
mod condition;
mod connection;
mod environments;
mod fault;
mod gate;
mod in_process;
mod injector;
mod layer;
mod reply;
mod service;
mod spec;
mod torn;
mod view;

pub use call::Call;
pub use condition::{Conjunct, Omission};
pub(crate) use environments::Seat;
pub use fault::{Fault, Moment, Rule};
pub use gate::Gate;
pub use in_process::InProcess;
pub(crate) use injector::Disturbance;
pub use injector::Faults;
pub(crate) use layer::Layer;
pub use spec::{FaultSpec, FaultSpecError};
