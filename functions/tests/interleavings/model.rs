//! The model: what the contract says, in memory.
pub(crate) type Facts = std::collections::BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub(crate) struct Model;
impl Model {
    pub(crate) fn of(_: crate::scene::Place) -> Self {
        Self
    }
    pub(crate) fn facts(&self) -> Facts {
        Facts::new()
    }
}
