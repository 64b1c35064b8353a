//! The machine that all tests share, and who and what is in it.

use std::sync::LazyLock;

use crate::catalog::Catalogue;
pub(crate) use crate::machine::{Machine, Person, at, eventually, id_of, now, template, text, wait_for};

static WORLD: LazyLock<Machine> = LazyLock::new(|| {
    let machine = Machine::start(|_| ());
    catalogue().publish(&machine);
    machine
});

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new("one"));

/// The machine that all tests share.
pub(crate) fn world() -> &'static Machine {
    &WORLD
}

/// The sounds in it. They stay as they are.
pub(crate) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// Somebody new in the shared world.
pub(crate) fn person(prefix: &str) -> Person<'static> {
    world().person(prefix)
}

/// Two people, the first of whom has the second as a contact, and the path of their conversation.
pub(crate) fn two_people(prefix: &str) -> (Person<'static>, Person<'static>, String) {
    let (one, other) = (person(prefix), person(prefix));
    let conversation = one.meet(&other);
    (one, other, conversation)
}
